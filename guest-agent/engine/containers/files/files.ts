import type { Engine } from '../../engine.ts';
import type { FileHolder } from '../../files/holder.ts';
import { openContainerRoot } from './container-root.ts';
import { checkWritable } from './copy.ts';

/** The files of the container `name` as its processes see them, also if it is stopped. */
export function containerFiles(engine: Engine, name: string): FileHolder {
  const container = () => engine.containers.get(name);
  return {
    title: `container ${name}`,
    open: () => openContainerRoot(engine, container()),
    checkWritable: (path) => checkWritable(container(), path),
  };
}

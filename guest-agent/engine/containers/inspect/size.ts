import { join } from 'node:path';
import { directorySize } from '../../../runtime/files/directory-size.ts';
import type { Engine } from '../../engine.ts';
import type { ContainerRecord } from '../record/container.ts';

/** The bytes in a container's writable layer (`SizeRw`). */
export function writableSize(engine: Engine, id: string): Promise<number> {
  return directorySize(join(engine.directories.container(id), 'upper'));
}

/** The bytes in the layers of the container's image. */
export function imageSize(engine: Engine, record: ContainerRecord): number {
  return record.layers.reduce((sum, diffId) => sum + (engine.layers.get(diffId)?.size ?? 0), 0);
}

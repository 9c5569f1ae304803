import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { loadFileCalls, O_PATH } from '../../runtime/files/file-calls.ts';
import type { FileHolder } from '../files/holder.ts';
import type { Volumes } from './volumes.ts';

/** The files of the volume `name`, whether or not a container uses it. */
export function volumeFiles({ volumes }: { readonly volumes: Volumes }, name: string): FileHolder {
  return {
    title: `volume ${name}`,
    async open() {
      await loadFileCalls();
      await using stack = new AsyncDisposableStack();
      const { path } = stack.use(await volumes.open(name));
      const { O_DIRECTORY, O_NOFOLLOW } = constants;
      const handle = stack.use(await open(path, O_PATH | O_DIRECTORY | O_NOFOLLOW));
      const resources = stack.move();
      return { fd: handle.fd, [Symbol.asyncDispose]: () => resources.disposeAsync() };
    },
    checkWritable() {},
  };
}

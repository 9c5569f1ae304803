import { rmSync, writeFileSync } from 'node:fs';
import { HostError } from '../../host/base/errors.ts';
import { codeOf } from '../../host/base/system-error.ts';

/** The file of `--cidfile`. Created before the container, so that no container's ID is lost. */
export interface IdFile {
  readonly write: (id: string) => void;
  /** Removes the file, because no container was created. */
  readonly discard: () => void;
}

/** Creates the file. Throws HostError 'invalid' if the file exists or can't be created. */
export function reserveIdFile(path: string): IdFile {
  try {
    writeFileSync(path, '', { flag: 'wx' });
  } catch (cause) {
    const exists = codeOf(cause) === 'EEXIST';
    throw new HostError(
      'invalid',
      exists
        ? `container ID file found, make sure the other container isn't running or delete ${path}`
        : `can't write the container ID to ${path}`,
      { cause },
    );
  }
  return {
    write: (id) => writeFileSync(path, id),
    discard: () => rmSync(path, { force: true }),
  };
}

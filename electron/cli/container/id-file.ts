import { rmSync, writeFileSync } from 'node:fs';
import { HostError } from '../../host/base/errors.ts';
import { codeOf } from '../../host/base/system-error.ts';

/** The file that `--cidfile` names: taken before the container exists, so that none is lost. */
export interface IdFile {
  readonly write: (id: string) => void;
  /** No container came about. */
  readonly discard: () => void;
}

/** Makes the file. Throws HostError 'invalid' when it is there already, or cannot be made. */
export function reserveIdFile(path: string): IdFile {
  try {
    writeFileSync(path, '', { flag: 'wx' });
  } catch (cause) {
    const exists = codeOf(cause) === 'EEXIST';
    throw new HostError(
      'invalid',
      exists
        ? `container ID file found, make sure the other container isn't running or delete ${path}`
        : `the container ID cannot be written to ${path}`,
      { cause },
    );
  }
  return {
    write: (id) => writeFileSync(path, id),
    discard: () => rmSync(path, { force: true }),
  };
}

import { EngineError } from '../../errors.ts';

/** The root directory of a container's or volume's files, for `openInRoot` and walks. */
export interface FileRoot extends AsyncDisposable {
  readonly fd: number;
}

/** A container or volume whose files clients read and change. */
export interface FileHolder {
  /** Its name in messages: `container web`. */
  readonly title: string;
  /** Opens the root. Rejects with EngineError 'not-found'. */
  open(): Promise<FileRoot>;
  /** Throws EngineError 'forbidden' if an absolute path, with links resolved, is read-only. */
  checkWritable(path: string): void;
}

/** Turns a file system error into an EngineError about `path`. */
export function aboutPath({ title }: FileHolder, path: string): (error: unknown) => never {
  return (error) => {
    const options = { cause: error };
    switch ((error as NodeJS.ErrnoException).code) {
      case 'ENOENT':
        throw new EngineError('not-found', `Could not find the file ${path} in ${title}`, options);
      case 'ENOTDIR':
        throw new EngineError('invalid', `${path} is not a directory`, options);
      case 'ELOOP':
        throw new EngineError('invalid', `${path}: too many symbolic links`, options);
      case 'EROFS':
        throw new EngineError('forbidden', `${path} is read-only in ${title}`, options);
      case 'EBUSY':
        throw new EngineError('conflict', `${path} is in use: something is mounted there`, options);
      case 'EXDEV':
      case 'EINVAL':
        throw new EngineError('invalid', `${path} can't be moved there`, options);
      case 'ENAMETOOLONG':
        throw new EngineError('invalid', `${path}: name too long`, options);
      default:
        throw error;
    }
  };
}

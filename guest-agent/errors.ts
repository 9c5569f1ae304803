import { GrammarError } from './grammar/grammar-error.ts';

/** Kinds of errors on which a caller can act. `api/status.ts` maps each to an HTTP status. */
export type EngineErrorCode =
  | 'invalid'
  | 'unauthorized'
  | 'forbidden'
  | 'not-found'
  | 'not-modified'
  | 'conflict'
  | 'not-implemented'
  | 'unavailable'
  | 'internal';

/** The engine's error class. The message is for the user of the client. */
export class EngineError extends Error {
  readonly code: EngineErrorCode;

  constructor(code: EngineErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = 'EngineError';
    this.code = code;
  }
}

/**
 * Turns an error of the grammar, a mistake of the client, into EngineError 'invalid' with the same
 * message.
 */
export function orInvalid<T>(read: () => T): T {
  try {
    return read();
  } catch (cause) {
    if (!(cause instanceof GrammarError)) throw cause;
    throw new EngineError('invalid', cause.message, { cause });
  }
}

/** Whether the system rejected something with one of these codes, such as `ENOENT`. */
export function hasCode(error: unknown, ...codes: readonly string[]): boolean {
  return codes.includes((error as NodeJS.ErrnoException | undefined)?.code ?? '');
}

/**
 * For `catch`: returns `value` if no such file exists, or for one of `codes`. Throws other errors.
 */
export function ifMissing<T>(value: T, ...codes: readonly string[]): (error: unknown) => T {
  return (error) => {
    if (hasCode(error, 'ENOENT', 'ENOTDIR', 'ENAMETOOLONG', 'ELOOP', ...codes)) return value;
    throw error;
  };
}

/**
 * For `catch`: like `ifMissing`, and also for a file that can't be read because the host denies access
 * or the file system of a shared folder fails.
 */
export const ifUnseen = <T>(value: T, ...codes: readonly string[]) =>
  ifMissing(value, 'EACCES', 'EPERM', 'EIO', 'ESTALE', ...codes);

/**
 * For `catch` of a promise that another function awaits later and whose failure surfaces there.
 * Until then, Node must not report the failure as unhandled.
 */
export function awaitedElsewhere(): void {}

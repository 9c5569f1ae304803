import { GrammarError } from './grammar/grammar-error.ts';

/** What went wrong, in the terms that a caller can act on. `api/status.ts` maps each to HTTP. */
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

/** The one error of the engine. The message is written for the person at the client. */
export class EngineError extends Error {
  readonly code: EngineErrorCode;

  constructor(code: EngineErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = 'EngineError';
    this.code = code;
  }
}

/** What the grammar refuses is the client's mistake: EngineError 'invalid', in the same words. */
export function orInvalid<T>(read: () => T): T {
  try {
    return read();
  } catch (cause) {
    if (!(cause instanceof GrammarError)) throw cause;
    throw new EngineError('invalid', cause.message, { cause });
  }
}

/** Whether the system refused something with one of these codes, such as `ENOENT`. */
export function hasCode(error: unknown, ...codes: readonly string[]): boolean {
  return codes.includes((error as NodeJS.ErrnoException | undefined)?.code ?? '');
}

/** For `catch`: `value` where no such file can be there, or for one of `codes`; other errors go on. */
export function ifMissing<T>(value: T, ...codes: readonly string[]): (error: unknown) => T {
  return (error) => {
    if (hasCode(error, 'ENOENT', 'ENOTDIR', 'ENAMETOOLONG', 'ELOOP', ...codes)) return value;
    throw error;
  };
}

/**
 * For `catch`: like `ifMissing`, and also for what can't be seen: the host denies access to a shared
 * folder's file, or the folder's file system fails.
 */
export const ifUnseen = <T>(value: T, ...codes: readonly string[]) =>
  ifMissing(value, 'EACCES', 'EPERM', 'EIO', 'ESTALE', ...codes);

/**
 * For `catch` of a promise that somebody awaits later, and whose failure comes out there: until then
 * Node must not take the failure for one that nobody handles.
 */
export function awaitedElsewhere(): void {}

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

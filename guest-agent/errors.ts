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

import { codeOf } from './system-error.ts';

/** Whether this is a stream of the engine's that broke off while it was read or written. */
export function isLostConnection(error: unknown): boolean {
  const code = codeOf(error);
  return code === 'ECONNRESET' || code === 'EPIPE' || code === 'ERR_STREAM_PREMATURE_CLOSE';
}

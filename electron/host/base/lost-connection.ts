import { codeOf } from './system-error.ts';

/** Whether the error means that a stream of the engine broke off during reading or writing. */
export function isLostConnection(error: unknown): boolean {
  const code = codeOf(error);
  return code === 'ECONNRESET' || code === 'EPIPE' || code === 'ERR_STREAM_PREMATURE_CLOSE';
}

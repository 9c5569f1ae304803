import * as z from 'zod';
import { EngineError, type EngineErrorCode, plainMessage } from '../errors.ts';

const statuses: Record<EngineErrorCode, number> = {
  invalid: 400,
  unauthorized: 401,
  forbidden: 403,
  'not-found': 404,
  'not-modified': 304,
  conflict: 409,
  'not-implemented': 501,
  unavailable: 503,
  internal: 500,
};

export interface ApiError {
  readonly status: number;
  readonly message: string;
}

/** `HostConfig.Mounts.0.Type: Invalid option: …`. Errors of the document itself have no path. */
function oneLine({ path, message }: z.core.$ZodIssue): string {
  return path.length > 0 ? `${path.join('.')}: ${message}` : message;
}

/** The only place that turns an error into an HTTP status and the message that clients print. */
export function apiError(error: unknown): ApiError {
  if (error instanceof EngineError) {
    return { status: statuses[error.code], message: plainMessage(error) };
  }
  if (error instanceof z.ZodError) {
    return { status: statuses.invalid, message: error.issues.map(oneLine).join('; ') };
  }
  const code = (error as NodeJS.ErrnoException | undefined)?.code;
  // Node rejects arguments that no system call accepts, in words about its own functions.
  if (code === 'ERR_INVALID_ARG_VALUE' && /null bytes/.test((error as Error).message)) {
    return { status: statuses.invalid, message: plainMessage(error) };
  }
  return { status: 500, message: plainMessage(error) };
}

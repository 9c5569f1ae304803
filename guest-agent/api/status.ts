import * as z from 'zod';
import { EngineError, type EngineErrorCode } from '../errors.ts';

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

/** `HostConfig.Mounts.0.Type: Invalid option: …`, or without a place for the document itself. */
function oneLine({ path, message }: z.core.$ZodIssue): string {
  return path.length > 0 ? `${path.join('.')}: ${message}` : message;
}

/** The one place where an error becomes an HTTP status and the message that clients print. */
export function apiError(error: unknown): ApiError {
  if (error instanceof EngineError) {
    return { status: statuses[error.code], message: error.message };
  }
  if (error instanceof z.ZodError) {
    return { status: statuses.invalid, message: error.issues.map(oneLine).join('; ') };
  }
  const code = (error as NodeJS.ErrnoException | undefined)?.code;
  if (code === 'ENOSPC') {
    return {
      status: 500,
      message:
        'no space left on the machine\'s disk: remove what you don\'t need ("system prune") or give the machine a larger disk',
    };
  }
  // Node refuses what no system call can take, in words about its own arguments.
  if (code === 'ERR_INVALID_ARG_VALUE' && /null bytes/.test((error as Error).message)) {
    return { status: statuses.invalid, message: 'a name or an argument has a NUL byte' };
  }
  return { status: 500, message: error instanceof Error ? error.message : String(error) };
}

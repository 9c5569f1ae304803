import { mapEventIterator, ORPCError } from '@orpc/client';
import { GrammarError } from '../../../guest-agent/grammar/grammar-error.ts';
import type { Failure } from '../../api/failure.ts';
import { HostError, type HostErrorCode, reasonOf } from '../base/errors.ts';
import { isLostConnection } from '../base/lost-connection.ts';

/** Converts any error to the contract's form: a message, a code, a hint. */
export function failureOf(error: unknown): { message: string; data: Failure } {
  if (error instanceof HostError) {
    const { code, status, message, field } = error;
    const hint = error.appHint ?? error.hint;
    const data = {
      code: codeOf(code, status),
      ...(hint !== undefined && { hint }),
      ...(field !== undefined && { field }),
    };
    return { message: sentence(message), data };
  }
  if (error instanceof GrammarError) {
    const { message, field } = error;
    return {
      message: sentence(message),
      data: { code: 'invalid', ...(field !== undefined && { field }) },
    };
  }
  if (isLostConnection(error)) {
    return { message: 'The connection to the engine was lost', data: { code: 'connection' } };
  }
  const message = reasonOf(error);
  const invalid = error instanceof ORPCError && error.code === 'BAD_REQUEST';
  return { message, data: { code: invalid ? 'invalid' : 'internal' } };
}

function codeOf(code: HostErrorCode, status: number | undefined): Failure['code'] {
  // A start wraps its accelerator's error; users need no distinction.
  if (code === 'accelerator-failed') return 'machine-failed';
  if (code !== 'engine') return code;
  if (status === 400) return 'invalid';
  if (status === 404) return 'not-found';
  if (status === 409) return 'conflict';
  return 'engine';
}

/** Errors begin in lower case for the command line; the app shows sentences. */
const sentence = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

/** The same output, with converted errors if it is a stream. */
export function mapStreamErrors<T>(
  output: T,
  replace: (error: unknown) => Error,
): T | AsyncIterator<unknown> {
  if (typeof output !== 'object' || output === null || !('next' in output)) return output;
  return mapEventIterator(output as unknown as AsyncIterator<unknown>, {
    value: async (value) => value,
    error: async (error) => replace(error),
  });
}

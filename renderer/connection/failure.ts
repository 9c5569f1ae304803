import { ORPCError } from '@orpc/client';
import { type Failure, failureSchema } from '../../electron/api/failure.ts';

/** An error in words for the person. */
export interface Explained {
  readonly message: string;
  readonly code: Failure['code'];
  readonly hint?: string | undefined;
  /** Where the mistake is in what was asked for: `mounts.0.source`. */
  readonly field?: string | undefined;
}

/** Any error of a call: a failure of the contract, or a connection that broke. */
export function explain(error: unknown): Explained {
  if (error instanceof ORPCError) {
    const failure = failureSchema.safeParse(error.data);
    return { message: error.message, code: 'internal', ...failure.data };
  }
  return {
    message: 'The connection to Berth was lost',
    code: 'connection',
    hint: 'Try again in a moment.',
  };
}

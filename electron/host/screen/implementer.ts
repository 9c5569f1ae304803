import { implement } from '@orpc/server';
import { contract } from '../../api/router.ts';
import { failureOf, mapStreamErrors } from './failure.ts';

/**
 * Creates the contract's handlers. Any error, before or within a stream, reaches the app as
 * FAILURE; `context.gone` aborts when the app disconnects or no longer wants the answer.
 */
export const screen = implement(contract).use(async ({ next, errors, signal }) => {
  const failure = (error: unknown) => errors.FAILURE(failureOf(error));
  try {
    const result = await next({ context: { gone: signal ?? new AbortController().signal } });
    return { ...result, output: mapStreamErrors(result.output, failure) };
  } catch (error) {
    throw failure(error);
  }
});

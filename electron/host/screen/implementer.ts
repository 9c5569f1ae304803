import { implement } from '@orpc/server';
import { contract } from '../../api/router.ts';
import { failureOf, mapStreamErrors } from './failure.ts';

/**
 * What the handlers of the contract are made with. Whatever goes wrong, before or within a stream,
 * reaches the screen as FAILURE; `context.gone` aborts when the screen goes away or no longer wants
 * the answer.
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

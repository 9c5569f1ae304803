import { ORPCError } from '@orpc/client';
import { failureSchema } from '../../../api/failure.ts';

/** The next value of a stream that should not end. */
export async function next<T>(events: AsyncIterator<T>): Promise<T> {
  const result = await events.next();
  if (result.done) throw new Error('the stream has ended');
  return result.value;
}

/** Reads a stream until a value is as expected. */
export async function nextWhere<T>(
  events: AsyncIterator<T>,
  isExpected: (value: T) => boolean,
): Promise<T> {
  while (true) {
    const value = await next(events);
    if (isExpected(value)) return value;
  }
}

/** The failure that a call ends with, as a screen sees it. */
export async function failureOf(call: Promise<unknown>) {
  const error = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof ORPCError) || error.code !== 'FAILURE') {
    throw new Error('the error is not a FAILURE of the contract', { cause: error });
  }
  return { message: error.message, data: failureSchema.parse(error.data) };
}

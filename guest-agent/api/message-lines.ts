import { apiError } from './status.ts';

/**
 * One JSON document a line, for progress that clients show as it comes. A failure after the first
 * line, or with `begun` before it, becomes a line itself, with what `detail` adds to it.
 */
export async function* messageLines(
  messages: AsyncIterable<object>,
  detail: (error: unknown) => object = () => ({}),
  { begun = false } = {},
): AsyncGenerator<string> {
  let hasBegun = begun;
  try {
    for await (const message of messages) {
      hasBegun = true;
      yield `${JSON.stringify(message)}\r\n`;
    }
  } catch (error) {
    if (!hasBegun) throw error;
    const { message } = apiError(error);
    yield `${JSON.stringify({ errorDetail: { ...detail(error), message }, error: message })}\r\n`;
  }
}

import { apiError } from './status.ts';

/**
 * Sends one JSON document per line, for progress that clients show immediately. A failure after the
 * first line, or at any time with `begun`, becomes a line. `detail` adds fields to that line.
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

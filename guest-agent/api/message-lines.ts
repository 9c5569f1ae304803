import { apiError } from './status.ts';

/**
 * One JSON document a line, for progress that clients show as it comes. A failure after the first
 * line becomes a line itself.
 */
export async function* messageLines(messages: AsyncIterable<object>): AsyncGenerator<string> {
  let begun = false;
  try {
    for await (const message of messages) {
      begun = true;
      yield `${JSON.stringify(message)}\r\n`;
    }
  } catch (error) {
    if (!begun) throw error;
    const { message } = apiError(error);
    yield `${JSON.stringify({ errorDetail: { message }, error: message })}\r\n`;
  }
}

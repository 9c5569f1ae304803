import type { Answer } from '../../fixtures/ask.ts';

/** How the engine took something hostile. */
export type Verdict =
  | { readonly kind: 'taken' }
  /** With the words that a user reads. */
  | { readonly kind: 'refused'; readonly words: string };

/** Words of the engine's inside, which say nothing to a user and show that no code expected the case. */
const INTERNALS =
  /\b(?:TypeError|RangeError|SyntaxError|ReferenceError|AssertionError|ERR_[A-Z_]+|Command failed|\[object Object\]|node:internal)\b|\/usr\/lib\/berth|\/var\/lib\/berth|\/proc\/self\/fd|\bE[A-Z]{4,}\b|openat2|mkfs|uv_/;

/** Reads the answer to a request, in which an error may come late. Throws for an error without words. */
export function verdictOf({ status, text }: Answer): Verdict {
  const words = status >= 400 ? messageIn(text) : lateError(text);
  if (words === undefined) return { kind: 'taken' };
  if (words.trim() === '') throw new Error(`status ${status} without words`);
  if (INTERNALS.test(words)) throw new Error(`words of the engine's inside: ${words}`);
  return { kind: 'refused', words };
}

function messageIn(text: string): string {
  const parsed: unknown = JSON.parse(text);
  return isObject(parsed) && typeof parsed.message === 'string' ? parsed.message : '';
}

/** The error in a stream of JSON lines, whose status was sent before it. */
function lateError(text: string): string | undefined {
  for (const line of text.split('\n')) {
    if (!line.includes('"error')) continue;
    try {
      const message: unknown = JSON.parse(line);
      if (isObject(message) && typeof message.error === 'string') return message.error;
    } catch (error) {
      // A line of another kind of answer.
      if (!(error instanceof SyntaxError)) throw error;
    }
  }
  return undefined;
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;

import { lineRanges } from '../frontend/status-report.ts';

/** What clients get instead of an image: `result.json` and others. */
export type Answer = Readonly<Record<string, string>>;

/** The version of all answers, as BuildKit numbers them. */
export const ANSWER_VERSION = '1.0.0';

/** A document, and the text for clients that can't show it themselves. */
export function resultAnswer(document: object, text: string): Answer {
  return {
    'result.json': JSON.stringify(document, null, 2),
    'result.txt': text,
    version: ANSWER_VERSION,
  };
}

/** Lines of the Dockerfile in a document. */
export function location(lines: readonly [first: number, last: number]) {
  return { ranges: lineRanges(lines) };
}

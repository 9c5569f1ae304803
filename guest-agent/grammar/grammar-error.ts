/**
 * A text isn't valid. Each side converts this to its own error: `orInvalid` in the guest,
 * `exit-code.ts` and `screen/failure.ts` on the host.
 */
export class GrammarError extends Error {
  /** The invalid field of the ask: `mounts.0.source`. Undefined if only a text was parsed. */
  readonly field: string | undefined;
  /** The reason without the text itself, for callers that add their own words. */
  readonly reason: string | undefined;

  constructor(message: string, options: { field?: string; reason?: string } = {}) {
    super(message);
    this.name = 'GrammarError';
    this.field = options.field;
    this.reason = options.reason;
  }
}

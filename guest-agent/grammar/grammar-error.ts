/**
 * A text that isn't what it should be. Each side turns it into an error of its own: `orInvalid` in
 * the guest, `exit-code.ts` and `screen/failure.ts` on the host.
 */
export class GrammarError extends Error {
  /** What a person asked for is wrong here: `mounts.0.source`. Undefined for a text alone. */
  readonly field: string | undefined;
  /** Why, without the text itself, for callers with words of their own around it. */
  readonly reason: string | undefined;

  constructor(message: string, options: { field?: string; reason?: string } = {}) {
    super(message);
    this.name = 'GrammarError';
    this.field = options.field;
    this.reason = options.reason;
  }
}

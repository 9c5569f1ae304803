import { HostError } from '../../base/errors.ts';
import { type Problem, problemText } from '../../compose/file/problem.ts';

/** Mistakes in manifests, each with its place. */
export class ManifestError extends HostError {
  readonly problems: readonly Problem[];

  constructor(
    problems: readonly Problem[],
    options: { readonly hint?: string; readonly appHint?: string; readonly cause?: unknown } = {},
  ) {
    super('invalid', problems.map(problemText).join('\n'), options);
    this.name = 'ManifestError';
    this.problems = problems;
  }
}

import { DockerfileError, type Instruction } from '../../build/dockerfile/parse.ts';
import type { CheckOptions } from './check-options.ts';
import { type Rule, type RuleName, rules } from './rules.ts';

/** The first and the last line of what a warning is about. */
export type Lines = readonly [first: number, last: number];

export function linesOf({ line, endLine }: Instruction): Lines {
  return [line, endLine];
}

export interface Warning {
  readonly rule: RuleName;
  readonly description: string;
  readonly url: string;
  readonly message: string;
  readonly lines: Lines;
}

/** Collects the warnings that a build's options ask for. */
export class Report {
  readonly #options: CheckOptions;
  readonly #taken: (warning: Warning) => void;
  readonly #broken = new Set<RuleName>();

  /** `taken` is called for each warning. */
  constructor(options: CheckOptions, taken: (warning: Warning) => void) {
    this.#options = options;
    this.#taken = taken;
  }

  warn<N extends RuleName>(
    rule: N,
    lines: Lines,
    ...values: Parameters<(typeof rules)[N]['message']>
  ): void {
    const { description, url, message, experimental }: Rule = rules[rule];
    if (!this.#counts(rule, experimental === true)) return;
    this.#broken.add(rule);
    this.#taken({ rule, description, url, message: message(...values), lines });
  }

  /** Throws DockerfileError, without a place, if warnings are errors and there was one. */
  failIfWarned(): void {
    if (!this.#options.isError || this.#broken.size === 0) return;
    const names = [...this.#broken].join(', ');
    throw new DockerfileError(`lint violation found for rules: ${names}`, 0);
  }

  #counts(rule: RuleName, isExperimental: boolean): boolean {
    const { skipped, experimental } = this.#options;
    // BuildKit doesn't skip experimental rules that were asked for.
    if (isExperimental) return experimental === 'all' || experimental.has(rule);
    return skipped !== 'all' && !skipped.has(rule);
  }
}

import type { Aspect, Difference } from './compare.ts';

/** A difference that is as it should be, or that doesn't matter. */
export interface KnownDifference {
  readonly why: string;
  readonly aspect: Aspect;
  /** All lines of the difference match. */
  readonly where: RegExp;
}

export const knownDifferences: readonly KnownDifference[] = [];

/** The reason for a difference, if there is one. */
export function reasonFor(
  { aspect, lines }: Difference,
  known = knownDifferences,
): string | undefined {
  return known.find(
    (each) => each.aspect === aspect && lines.every((line) => each.where.test(line)),
  )?.why;
}

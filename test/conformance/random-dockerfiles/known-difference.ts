import type { Aspect, Difference } from './compare.ts';

/** A difference that is as it should be, or that doesn't matter. */
export interface KnownDifference {
  readonly why: string;
  readonly aspect: Aspect;
  /** The lines that the reason explains. */
  readonly where: RegExp;
}

export const knownDifferences: readonly KnownDifference[] = [
  {
    why: 'several stages, mounts or builds at once that use one image share its step, which each engine names after another of them',
    aspect: 'steps',
    where: /^[-+] (?:\[[^\]]+\] )?FROM docker\.io\/library\/\w+:latest$/,
  },
];

/** A difference that leaves nothing to compare. */
export interface KnownFailure {
  readonly why: string;
  /** What Docker says. */
  readonly docker: RegExp;
  /** What Berth says, empty if it builds the image. */
  readonly berth: RegExp;
}

export const knownFailures: readonly KnownFailure[] = [
  {
    why: 'Berth builds COPY --parents, which is stable since docker/dockerfile 1.20. Docker 28 has 1.19 built in',
    docker: /unknown flag: --parents$/,
    berth: /(?:)/,
  },
  {
    why: 'with --exclude, Docker follows the links in a copied directory to compute its cache key, and fails if a target isn’t in the context. Berth copies the links',
    docker: />>> .*--exclude[\s\S]*"\/(?:absolute|dangling|dir\/up)": not found$/,
    berth: /^$/,
  },
];

/** The reason why only one engine builds, or why both fail in their own way. */
export function explainFailure(
  docker: string,
  berth: string,
  known = knownFailures,
): string | undefined {
  return known.find((each) => each.docker.test(docker) && each.berth.test(berth))?.why;
}

export interface Explained {
  readonly reasons: readonly string[];
  /** The difference without the lines that have a reason. Undefined if all lines have one. */
  readonly rest: Difference | undefined;
}

/** The reasons for a difference, and what no reason explains. */
export function explain({ aspect, lines }: Difference, known = knownDifferences): Explained {
  const reasons = new Set<string>();
  const rest = lines.filter((line) => {
    const found = known.find((each) => each.aspect === aspect && each.where.test(line));
    if (found !== undefined) reasons.add(found.why);
    return found === undefined;
  });
  return { reasons: [...reasons], rest: rest.length > 0 ? { aspect, lines: rest } : undefined };
}

import type { Aspect, Difference } from './compare.ts';

/** A difference that is as it should be, or that doesn't matter. */
export interface KnownDifference {
  readonly why: string;
  readonly aspect: Aspect;
  /** The lines that the reason explains. */
  readonly where: RegExp;
}

/** What the runtime of each engine prints about a program that it doesn't find. */
const RUNC = String.raw`runc run failed: unable to start container process: error during container init: exec: "[^"]+": (?:executable file not found in \$PATH|stat \S+: no such file or directory)`;
const CRUN = String.raw`executable file \`[^\`]+\` not found(?: in \$PATH)?: No such file or directory`;
const NO_PROGRAM =
  'the runtimes, runc and crun, say in their own words that an image doesn’t have a program';

export const knownDifferences: readonly KnownDifference[] = [
  { why: NO_PROGRAM, aspect: 'error', where: new RegExp(`^(?:- ${RUNC}|\\+ ${CRUN})$`) },
  {
    why: NO_PROGRAM,
    aspect: 'steps',
    where: new RegExp(`^(?:- .* RUN .*ERROR\n {2}${RUNC}|\\+ .* RUN .*ERROR\n {2}${CRUN})$`),
  },
  {
    why: 'the engines say in their own words that they can’t reach a registry',
    aspect: 'error',
    where:
      /^[-+] ERROR: failed to build: failed to solve: nosuch: failed to resolve source metadata for docker\.io\/library\/nosuch:latest: (?:failed to do request: Head|Get) "https:\/\/registry-1\.docker\.io\/v2\/library\/nosuch\/manifests\/latest": dial tcp: lookup registry-1\.docker\.io/,
  },
  {
    why: 'Docker performs the mkdir of some WORKDIRs again, although nothing before it changed. Berth takes it from the cache',
    aspect: 'cache',
    where: /^(?:- \[[^\]]+\] WORKDIR .* DONE|\+ \[[^\]]+\] WORKDIR .* CACHED)$/,
  },
];

/** A difference that leaves nothing else to compare. */
export interface KnownFailure {
  readonly why: string;
  /** What Docker says. */
  readonly docker: RegExp;
  /** What Berth says, empty if it builds the image. */
  readonly berth: RegExp;
  /** What to remove from the instructions, so that the rest can be compared. */
  readonly without?: RegExp;
}

export const knownFailures: readonly KnownFailure[] = [
  {
    why: 'Berth builds COPY --parents, which is stable since docker/dockerfile 1.20. Docker 28 has 1.19 built in',
    docker: /unknown flag: --parents$/,
    berth: /^(?![\s\S]*unknown flag: --parents)/,
    without: / --parents(?= )/g,
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
): KnownFailure | undefined {
  return known.find((each) => each.docker.test(docker) && each.berth.test(berth));
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

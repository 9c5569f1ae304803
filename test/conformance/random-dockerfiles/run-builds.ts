import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type Aspect, compareResults, type Difference } from './compare.ts';
import { randomBuild } from './grammar/dockerfile.ts';
import { reasonFor } from './known-difference.ts';
import { type BuildEngine, type BuildResult, perform } from './perform.ts';
import { Random } from './random.ts';
import type { RandomBuild } from './random-build.ts';
import { shrink } from './shrink.ts';
import { changeFile, writeContext } from './write-context.ts';

export interface RandomBuilds {
  readonly engines: readonly [docker: BuildEngine, berth: BuildEngine];
  /** A directory for contexts. */
  readonly directory: string;
  readonly seeds: Iterable<number>;
  /** Aspects that aren't compared. */
  readonly ignored: ReadonlySet<Aspect>;
  readonly shrinks: boolean;
}

/** Builds one Dockerfile for each seed, and prints the differences. Returns how many differ. */
export async function runBuilds(run: RandomBuilds): Promise<number> {
  const explained = new Map<string, number>();
  /** The first seed with each kind of difference. Shrinking takes minutes, so each kind is shrunk once. */
  const kinds = new Map<string, number>();
  let different = 0;
  for (const seed of run.seeds) {
    const build = randomBuild(new Random(seed));
    const trial = await tryBuild(run, build);
    for (const reason of trial.differences.map((difference) => reasonFor(difference))) {
      if (reason !== undefined) explained.set(reason, (explained.get(reason) ?? 0) + 1);
    }
    if (!trial.differences.some(isUnknown)) continue;
    different += 1;
    const kind = kindOf(trial);
    const known = kinds.get(kind);
    kinds.set(kind, known ?? seed);
    if (known === undefined) await report(run, seed, build, trial);
    else console.log(`\n=== seed ${seed}: as seed ${known}`);
  }
  for (const [reason, count] of explained) console.log(`${count} times: ${reason}`);
  return different;
}

interface Trial {
  readonly docker: BuildResult;
  readonly differences: readonly Difference[];
}

/** Builds twice: with the second build, the cache must have the same steps. */
async function tryBuild(
  { engines, directory, ignored }: RandomBuilds,
  build: RandomBuild,
): Promise<Trial> {
  const context = join(directory, 'context');
  await rm(context, { recursive: true, force: true });
  await mkdir(context, { recursive: true });
  await writeContext(context, build);
  const [ofDocker, ofBerth] = engines;
  const both = () =>
    Promise.all([perform(ofDocker, context, build.flags), perform(ofBerth, context, build.flags)]);
  const [docker, berth] = await both();
  const differences = compareResults(docker, berth, new Set([...ignored, 'cache']));
  if (differences.length > 0 || docker.exitCode !== 0) return { docker, differences };
  await changeFile(context, build);
  const [again, againBerth] = await both();
  return { docker: again, differences: compareResults(again, againBerth, ignored) };
}

async function report(
  run: RandomBuilds,
  seed: number,
  build: RandomBuild,
  original: Trial,
): Promise<void> {
  let shown = { build, trial: original };
  if (run.shrinks) {
    await shrink(build, async (smaller) => {
      const trial = await tryBuild(run, smaller);
      const isSame = showsSame(original, trial);
      if (isSame) shown = { build: smaller, trial };
      return isSame;
    });
  }
  print(seed, shown.build, shown.trial.differences.filter(isUnknown));
}

/** The first lines of a difference, without the names that differ between Dockerfiles. */
function kindOf({ differences }: Trial): string {
  const { aspect = '', lines = [] } = differences.find(isUnknown) ?? {};
  if (aspect === 'error') return lines.filter((line) => line.includes('ERROR: ')).join('\n');
  return `${aspect}: ${[
    ...new Set(
      lines.map((line) =>
        line
          .split(/[ =:[]/)
          .slice(0, 3)
          .join(' '),
      ),
    ),
  ].slice(0, 2)}`;
}

const isUnknown = (difference: Difference) => reasonFor(difference) === undefined;

/** Whether a smaller build shows the first difference of the original build. */
function showsSame(original: Trial, smaller: Trial): boolean {
  const wanted = original.differences.find(isUnknown);
  const found = smaller.differences.find(({ aspect }) => aspect === wanted?.aspect);
  if (wanted === undefined || found === undefined) return false;
  if (lastLine(original.docker) !== lastLine(smaller.docker)) return false;
  return wanted.lines.some((line) => found.lines.includes(line));
}

const lastLine = ({ error }: BuildResult) => error.slice(error.lastIndexOf('\n') + 1);

function print(seed: number, build: RandomBuild, differences: readonly Difference[]): void {
  console.log(`\n=== seed ${seed}: ${differences.map(({ aspect }) => aspect).join(', ')}`);
  console.log(build.instructions.join('\n'));
  if (build.flags.length > 0) console.log(`--- flags: ${build.flags.join(' ')}`);
  if (build.ignored.length > 0) console.log(`--- .dockerignore: ${JSON.stringify(build.ignored)}`);
  if (build.files.length > 0) {
    console.log(`--- files: ${build.files.map(({ path }) => path).join(' ')}`);
  }
  if (build.changed !== undefined) console.log(`--- changed: ${build.changed}`);
  for (const { aspect, lines } of differences) {
    console.log(`--- ${aspect}`);
    for (const line of lines.slice(0, 12)) console.log(line);
  }
}

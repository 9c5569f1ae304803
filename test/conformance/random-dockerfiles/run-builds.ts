import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type Aspect, compareResults, type Difference } from './compare.ts';
import { randomBuild } from './grammar/dockerfile.ts';
import { explain, explainFailure } from './known-difference.ts';
import { type BuildEngine, type BuildResult, perform } from './perform.ts';
import { Random } from './random.ts';
import type { RandomBuild } from './random-build.ts';
import { shrink } from './shrink.ts';
import { changeFile, writeContext } from './write-context.ts';

export interface RandomBuilds {
  readonly engines: readonly [docker: BuildEngine, berth: BuildEngine];
  /** A directory for contexts. */
  readonly directory: string;
  readonly seeds: readonly number[];
  /** How many Dockerfiles build at once. */
  readonly parallel: number;
  /** Aspects that aren't compared. */
  readonly ignored: ReadonlySet<Aspect>;
  readonly shrinks: boolean;
}

export interface Totals {
  /** Dockerfiles whose results differ without a reason. */
  readonly different: number;
  /** Dockerfiles whose differences all have a reason. */
  readonly explained: number;
  /** Dockerfiles that neither engine builds. */
  readonly failing: number;
}

/** Builds one Dockerfile for each seed, and prints the differences. */
export async function runBuilds(run: RandomBuilds): Promise<Totals> {
  const reasons = new Map<string, number>();
  /** The first seed with each kind of difference. Shrinking takes minutes, so each kind is shrunk once. */
  const kinds = new Map<string, { seed: number; build: RandomBuild; trial: Trial }>();
  const totals = { different: 0, explained: 0, failing: 0 };
  const seeds = [...run.seeds];
  /** Builds at once share steps, whose names are those of the first build. */
  const unsure: number[] = [];
  const worker = async (place: string, queue: number[], isAlone: boolean) => {
    for (let seed = queue.shift(); seed !== undefined; seed = queue.shift()) {
      const build = randomBuild(new Random(seed));
      const trial = await explainOrder(run, place, build, await tryBuild(run, place, build));
      if (trial.unknown.length > 0 && !isAlone) {
        console.log(
          `seed ${seed} differs: ${trial.unknown.map(({ aspect }) => aspect).join(', ')}`,
        );
        unsure.push(seed);
        continue;
      }
      if (trial.docker.exitCode !== 0) totals.failing += 1;
      for (const reason of trial.reasons) reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
      if (trial.unknown.length === 0) {
        if (trial.reasons.length > 0) totals.explained += 1;
        continue;
      }
      totals.different += 1;
      const kind = kindOf(trial);
      const known = kinds.get(kind);
      if (known !== undefined) {
        console.log(`\n=== seed ${seed}: as seed ${known.seed}`);
        continue;
      }
      kinds.set(kind, { seed, build, trial });
      print(seed, build, trial.unknown);
    }
  };
  await Promise.all(
    Array.from({ length: run.parallel }, (_, index) =>
      worker(`worker${index}`, seeds, run.parallel === 1),
    ),
  );
  await worker('alone', unsure, true);
  if (run.shrinks) for (const kind of kinds.values()) await printShrunk(run, kind);
  console.log('');
  for (const [reason, count] of reasons) console.log(`${count} Dockerfiles: ${reason}`);
  return totals;
}

interface Trial {
  readonly docker: BuildResult;
  readonly berth: BuildResult;
  /** The differences without those that have a reason. */
  readonly unknown: readonly Difference[];
  readonly reasons: readonly string[];
}

/** Builds twice: with the second build, the cache must have the same steps. */
async function tryBuild(
  { engines, directory, ignored }: RandomBuilds,
  place: string,
  build: RandomBuild,
): Promise<Trial> {
  const context = join(directory, place);
  await rm(context, { recursive: true, force: true });
  await mkdir(context, { recursive: true });
  await writeContext(context, build);
  const request = { directory: context, image: `made:${place}`, flags: build.flags };
  const both = async (unused: ReadonlySet<Aspect>): Promise<Trial> => {
    const [docker, berth] = await Promise.all(engines.map((engine) => perform(engine, request)));
    if (docker === undefined || berth === undefined) throw new Error('an engine is missing');
    const why = docker.exitCode === 0 ? undefined : explainFailure(docker.error, berth.error);
    if (why !== undefined) return { docker, berth, unknown: [], reasons: [why] };
    const found = compareResults(docker, berth, unused).map((each) => explain(each));
    return {
      docker,
      berth,
      unknown: found.flatMap(({ rest }) => rest ?? []),
      reasons: [...new Set(found.flatMap((each) => each.reasons))],
    };
  };
  const first = await both(new Set([...ignored, 'cache']));
  if (first.unknown.length > 0 || first.docker.exitCode !== 0) return first;
  await changeFile(context, build);
  const again = await both(ignored);
  return { ...again, reasons: [...new Set([...first.reasons, ...again.reasons])] };
}

const OTHER_MISTAKE =
  'of several mistakes that neither depends on the other, each engine reports the mistake that it meets first';

/**
 * A Dockerfile with several mistakes has a reason to differ if Berth reports Docker's mistake as
 * soon as its own is gone.
 */
async function explainOrder(
  run: RandomBuilds,
  place: string,
  build: RandomBuild,
  original: Trial,
): Promise<Trial> {
  const wanted = lastLine(original.docker);
  let { berth } = original;
  let rest = build;
  if (original.unknown.length === 0) return original;
  for (let tries = 0; tries < 4; tries += 1) {
    const line = failedLine(berth);
    const index = line === undefined ? undefined : instructionAt(rest, line);
    if (original.docker.exitCode === 0 || index === undefined) return original;
    if (instructionAt(build, failedLine(original.docker) ?? 0) === index) return original;
    const lines = rest.instructions[index]?.split('\n').length ?? 1;
    // The other instructions keep their lines.
    const instructions = rest.instructions.with(index, '\n'.repeat(lines - 1));
    rest = { ...rest, instructions };
    berth = (await tryBuild(run, place, rest)).berth;
    if (lastLine(berth) === wanted && failedLine(berth) === failedLine(original.docker)) {
      return { ...original, unknown: [], reasons: [...original.reasons, OTHER_MISTAKE] };
    }
  }
  return original;
}

/** The line of the Dockerfile that a build fails at. */
function failedLine({ error }: BuildResult): number | undefined {
  const [, line] = /^Dockerfile:(\d+)$/m.exec(error) ?? [];
  return line === undefined ? undefined : Number(line);
}

/** The index of the instruction at a line. */
function instructionAt({ instructions }: RandomBuild, line: number): number | undefined {
  let end = 0;
  const found = instructions.findIndex((each) => {
    end += each.split('\n').length;
    return line <= end;
  });
  return found === -1 ? undefined : found;
}

/** Prints the smallest Dockerfile with the same difference. */
async function printShrunk(
  run: RandomBuilds,
  { seed, build, trial: original }: { seed: number; build: RandomBuild; trial: Trial },
): Promise<void> {
  let shown = { build, trial: original };
  await shrink(build, async (smaller) => {
    const trial = await tryBuild(run, 'shrunk', smaller);
    const isSame = showsSame(original, trial);
    if (isSame) shown = { build: smaller, trial };
    return isSame;
  });
  console.log('\n=== the smallest Dockerfile with this difference');
  print(seed, shown.build, shown.trial.unknown);
}

/** The first lines of a difference, without the names that differ between Dockerfiles. */
function kindOf({ unknown: [difference] }: Trial): string {
  const { aspect = '', lines = [] } = difference ?? {};
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

/** Whether a smaller build shows the first difference of the original build. */
function showsSame(original: Trial, smaller: Trial): boolean {
  const [wanted] = original.unknown;
  const found = smaller.unknown.find(({ aspect }) => aspect === wanted?.aspect);
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

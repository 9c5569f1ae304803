import type { Difference } from './compare.ts';
import { randomBuild } from './grammar/dockerfile.ts';
import type { RandomBuild } from './random-build.ts';
import type { SeedResult } from './results-file.ts';
import { lastLine } from './several-errors.ts';
import { shrink } from './shrink.ts';
import { compareBuilds, type Trial, type TrialParts, tryBuild } from './trial.ts';

export interface RandomBuilds extends TrialParts {
  readonly seeds: readonly number[];
  /** How many Dockerfiles build at once. */
  readonly parallel: number;
  readonly shrinks: boolean;
  /** After this time, no other seed begins. */
  readonly deadline: number;
  record(result: SeedResult): Promise<void>;
}

/** Builds one Dockerfile for each seed, and prints the differences. */
export async function runBuilds(run: RandomBuilds): Promise<void> {
  /** The first seed with each kind of difference. Shrinking takes minutes, so each kind is shrunk once. */
  const kinds = new Map<string, { seed: number; build: RandomBuild; trial: Trial }>();
  const seeds = [...run.seeds];
  /** Builds at once share steps, whose names are those of the first build. */
  const unsure: number[] = [];
  const worker = async (place: string, queue: number[], { isAlone }: { isAlone: boolean }) => {
    while (isAlone || Date.now() < run.deadline) {
      const seed = queue.shift();
      if (seed === undefined) return;
      const build = randomBuild(seed);
      const trial = await compareBuilds(run, place, build);
      if (trial.unknown.length > 0 && !isAlone) {
        console.log(`seed ${seed} differs: ${aspectsOf(trial).join(', ')}`);
        unsure.push(seed);
        continue;
      }
      await run.record(resultOf(seed, trial));
      if (trial.unknown.length === 0) continue;
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
      worker(`worker${index}`, seeds, { isAlone: false }),
    ),
  );
  await worker('alone', unsure, { isAlone: true });
  if (run.shrinks) for (const kind of kinds.values()) await printShrunk(run, kind);
}

function resultOf(seed: number, trial: Trial): SeedResult {
  const explained = trial.reasons.length > 0 ? 'reason' : 'same';
  return {
    seed,
    outcome: trial.unknown.length > 0 ? 'different' : explained,
    reasons: [...trial.reasons],
    aspects: aspectsOf(trial),
    fails: trial.docker.exitCode !== 0,
  };
}

const aspectsOf = ({ unknown }: Trial) => unknown.map(({ aspect }) => aspect);

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

import { mkdir, rm } from 'node:fs/promises';
import { join, posix } from 'node:path';
import { type Aspect, compareResults, type Difference } from './compare.ts';
import { explain, explainFailure } from './known-difference.ts';
import { type BuildEngine, type BuildResult, perform } from './perform.ts';
import type { RandomBuild } from './random-build.ts';
import { lastLine, withoutMoreErrors } from './several-errors.ts';
import { changeFile, writeContext } from './write-context.ts';

/** Where and how trials build. */
export interface TrialParts {
  readonly engines: readonly [docker: BuildEngine, berth: BuildEngine];
  /** A directory for contexts. */
  readonly directory: string;
  /** Aspects that aren't compared. */
  readonly ignored: ReadonlySet<Aspect>;
}

/** What both engines made of a Dockerfile. */
export interface Trial {
  readonly docker: BuildResult;
  readonly berth: BuildResult;
  /** The differences without those that have a reason. */
  readonly unknown: readonly Difference[];
  readonly reasons: readonly string[];
  /** What to remove from the instructions to compare the rest. */
  readonly without?: RegExp | undefined;
}

/** Builds a Dockerfile with both engines. `place` names the context and the image. */
export async function compareBuilds(
  parts: TrialParts,
  place: string,
  build: RandomBuild,
): Promise<Trial> {
  const trial = await explainOrder(parts, place, build, await tryBuild(parts, place, build));
  const { without } = trial;
  if (without === undefined) return trial;
  const instructions = build.instructions.map((each) => each.replaceAll(without, ''));
  if (instructions.join() === build.instructions.join()) return trial;
  const rest = await compareBuilds(parts, place, { ...build, instructions });
  return { ...rest, reasons: [...new Set([...trial.reasons, ...rest.reasons])] };
}

/** Builds twice: with the second build, the cache must have the same steps. */
export async function tryBuild(
  { engines, directory, ignored }: TrialParts,
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
    const known = docker.exitCode === 0 ? undefined : explainFailure(docker.error, berth.error);
    if (known !== undefined) {
      const { why, without } = known;
      return { docker, berth, unknown: [], reasons: [why], without };
    }
    const found = compareResults(docker, berth, unused).map((each) => explain(each));
    const unknown = found.flatMap(({ rest }) => rest ?? []);
    const { rest, reasons } = withoutMoreErrors(docker, berth, unknown);
    return {
      ...{ docker, berth, unknown: rest },
      reasons: [...new Set([...found.flatMap((each) => each.reasons), ...reasons])],
    };
  };
  const first = await both(new Set([...ignored, 'cache']));
  if (first.unknown.length > 0 || first.docker.exitCode !== 0) return first;
  await changeFile(context, build);
  const again = await both(ignored);
  return { ...again, reasons: [...new Set([...first.reasons, ...again.reasons])] };
}

const OTHER_MISTAKE =
  'of several mistakes or missing sources that don’t depend on one another, each engine reports the one that it meets first';

/**
 * A Dockerfile with several mistakes has a reason to differ if Berth reports Docker's mistake as
 * soon as its own is gone.
 */
async function explainOrder(
  parts: TrialParts,
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
    const isSame = instructionAt(build, failedLine(original.docker) ?? 0) === index;
    const smaller = isSame ? withoutSource(rest, index, berth) : withoutMistake(rest, index);
    if (smaller === undefined) return original;
    rest = smaller;
    berth = (await tryBuild(parts, place, rest)).berth;
    if (lastLine(berth) === wanted && failedLine(berth) === failedLine(original.docker)) {
      return { ...original, unknown: [], reasons: [...original.reasons, OTHER_MISTAKE] };
    }
  }
  return original;
}

/**
 * The build without the instruction that fails. A `FROM` fails for an `ONBUILD` of the stage that it
 * begins with. The other instructions keep their lines.
 */
function withoutMistake(build: RandomBuild, index: number): RandomBuild {
  const isFrom = /^\s*from\s/im.test(build.instructions[index] ?? '');
  const instructions = build.instructions.map((each, at) => {
    const isWrong = isFrom ? /^\s*onbuild\s/im.test(each) : at === index;
    return isWrong ? '\n'.repeat(each.split('\n').length - 1) : each;
  });
  return { ...build, instructions };
}

/** The build without the source that is missing. Undefined if the error is another one. */
function withoutSource(
  build: RandomBuild,
  index: number,
  failed: BuildResult,
): RandomBuild | undefined {
  const [, missing] = /"([^"]+)": not found$/.exec(failed.error) ?? [];
  const before = build.instructions[index] ?? '';
  const words = before.split(' ').filter((word) => posix.join('/', word) !== missing);
  const after = words.join(' ');
  if (missing === undefined || after === before) return undefined;
  return { ...build, instructions: build.instructions.with(index, after) };
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

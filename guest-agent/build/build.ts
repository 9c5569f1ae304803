import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Engine } from '../engine/engine.ts';
import type { Images } from '../engine/images/images.ts';
import type { StoredImage } from '../engine/images/store/stored-image.ts';
import { EngineError } from '../errors.ts';
import { familiarName, parseReference, withDefaultTag } from '../registry/reference.ts';
import { BuildArgs } from './build-args.ts';
import { type BuildSource, openContext } from './context/open.ts';
import { type Instruction, parseDockerfile } from './dockerfile/parse.ts';
import { arg } from './instructions/arg.ts';
import { checkInstruction } from './instructions/check.ts';
import { from } from './instructions/from.ts';
import { perform } from './instructions/perform.ts';
import type { BuildOptions } from './options.ts';
import {
  type BasePull,
  type BuildSession,
  type Progress,
  type StageState,
  shortId,
} from './session.ts';
import { type BuildPlan, planBuild } from './stages.ts';

/**
 * Builds an image as Docker's classic builder does, with an image for each instruction. Yields
 * nothing until the context and the Dockerfile are read, so that earlier failures can be plain
 * errors. In any case, only images remain, and containers of `RUN`s that failed.
 */
export async function* build(
  engine: Engine,
  images: Images,
  source: BuildSource,
  options: BuildOptions,
  signal: AbortSignal,
): Progress<void> {
  await mkdir(engine.directories.builds, { recursive: true, mode: 0o700 });
  const directory = await mkdtemp(join(engine.directories.builds, 'build-'));
  const kept = new DisposableStack();
  try {
    const context = await openContext(source, directory, options.dockerfile, signal);
    const dockerfile = parseDockerfile(context.dockerfile);
    const plan = withLabels(planBuild(dockerfile, options.target), options.labels);
    for (const instruction of dockerfile.instructions) {
      checkInstruction(instruction, dockerfile.escapeChar);
    }
    const session: BuildSession = {
      ...{ engine, images, options, signal },
      args: new BuildArgs(options.buildArgs, options.platform),
      escapeChar: dockerfile.escapeChar,
      ...{ context: context.root, scratch: directory },
      stages: plan.stages,
      finished: [],
      pull: (request) => pullMissing(images, options, request, signal),
      keep: (image) => kept.use(images.hold(image)),
    };
    const result = yield* quietly(options.quiet, runPlan(session, plan));
    yield* finish(session, result);
  } finally {
    kept.dispose();
    await rm(directory, { recursive: true, force: true }).catch((error) =>
      engine.log(`removing ${directory}`, error),
    );
  }
}

/** Adds `--label` as an instruction at the end. */
function withLabels(plan: BuildPlan, labels: Readonly<Record<string, string>>): BuildPlan {
  const names = Object.keys(labels).sort();
  const last = plan.stages.at(-1);
  if (names.length === 0 || last === undefined) return plan;
  const text = names.map((name) => `${quoted(name)}=${quoted(labels[name] ?? '')}`).join(' ');
  const label: Instruction = {
    ...{ keyword: 'LABEL', flags: new Map(), text, heredocs: [], line: 0 },
    original: `LABEL ${text}`,
  };
  const stage = { ...last, instructions: [...last.instructions, label] };
  return { ...plan, stages: [...plan.stages.slice(0, -1), stage] };
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", `'"'"'`)}'`;
}

async function* runPlan(session: BuildSession, plan: BuildPlan): Progress<StoredImage> {
  const stepsOf = plan.stages.map(({ instructions }) => instructions.length + 1);
  const total = plan.globals.length + stepsOf.reduce((sum, count) => sum + count, 0);
  let number = 0;
  const announce = ({ original }: Instruction) => ({
    stream: `Step ${++number}/${total} : ${original}\n`,
  });
  for (const instruction of plan.globals) {
    yield announce(instruction);
    arg(session, undefined, instruction);
  }
  for (const stage of plan.stages) {
    yield announce(stage.from);
    let state: StageState = yield* from(session, stage);
    for (const instruction of stage.instructions) {
      session.signal.throwIfAborted();
      yield announce(instruction);
      state = yield* perform(session, state, instruction);
    }
    session.finished.push(state);
  }
  const unused = session.args.unused();
  if (unused.length > 0) {
    yield {
      stream: `[Warning] One or more build-args [${unused.join(' ')}] were not consumed\n`,
    };
  }
  const image = session.finished.at(-1)?.image;
  if (image === undefined) {
    throw new EngineError('invalid', 'No image was generated. Is your Dockerfile empty?');
  }
  return image;
}

async function* finish(session: BuildSession, image: StoredImage): Progress<void> {
  const { images, options } = session;
  yield { aux: { ID: image.id } };
  yield options.quiet
    ? { stream: `${image.id}\n` }
    : { stream: `Successfully built ${shortId(image.id)}\n` };
  for (const tag of options.tags) {
    await images.tag(image.id, familiarName(tag));
    if (!options.quiet) yield { stream: `Successfully tagged ${familiarName(tag)}\n` };
  }
}

async function* quietly<T>(quiet: boolean, progress: Progress<T>): Progress<T> {
  if (!quiet) return yield* progress;
  for (;;) {
    const { done, value } = await progress.next();
    if (done) return value;
  }
}

async function* pullMissing(
  images: Images,
  options: BuildOptions,
  { name, always, platform = options.platform }: BasePull,
  signal: AbortSignal,
): Progress<StoredImage> {
  const present = findImage(images, name);
  // An image can't be pulled by ID.
  if (present !== undefined && (!always || isIdOf(present, name))) return present;
  const reference = withDefaultTag(parseReference(name));
  const credentials = options.credentials(reference.domain);
  const mirrorCredentials = options.credentials;
  yield* images.pull({ reference, platform, credentials, mirrorCredentials }, signal);
  return images.resolve(familiarName(reference));
}

function findImage(images: Images, name: string): StoredImage | undefined {
  try {
    return images.resolve(name);
  } catch (error) {
    if (error instanceof EngineError && error.code === 'not-found') return undefined;
    throw error;
  }
}

function isIdOf({ id }: StoredImage, name: string): boolean {
  return id === name || id === `sha256:${name}`;
}

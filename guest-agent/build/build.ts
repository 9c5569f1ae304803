import { connectAlone } from '../engine/containers/network/run-network.ts';
import type { Engine } from '../engine/engine.ts';
import type { Images } from '../engine/images/images.ts';
import type { StoredImage } from '../engine/images/store/stored-image.ts';
import { EngineError } from '../errors.ts';
import { familiarName } from '../registry/reference.ts';
import { inTurns } from '../runtime/in-turns.ts';
import { pullMissing } from './base-image.ts';
import { BuildArgs } from './build-args.ts';
import { type BuildMessage, classicMessages } from './classic-messages.ts';
import { type BuildSource, openContext } from './context/open.ts';
import { KnownHashes } from './copy/known-hashes.ts';
import { classic } from './dialect.ts';
import { checkKeyword, readDockerfile } from './dockerfile/parse.ts';
import { checkInstruction } from './instructions/check.ts';
import type { BuildOptions } from './options.ts';
import { runPlan } from './run-plan.ts';
import { openScratch } from './scratch.ts';
import { type BuildClient, type BuildSession, shortId } from './session.ts';
import { planBuild, withLabels } from './stages.ts';

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
): AsyncGenerator<BuildMessage> {
  await using scratch = await openScratch(engine);
  const directory = scratch.path;
  using kept = new DisposableStack();
  const context = await openContext(source, directory, options.dockerfile, signal);
  const dockerfile = await readDockerfile(context.dockerfile);
  await inTurns(dockerfile.instructions, checkKeyword);
  const plan = withLabels(planBuild(dockerfile, options.target), options.labels);
  await inTurns(dockerfile.instructions, (instruction) =>
    checkInstruction(instruction, dockerfile.escapeChar),
  );
  const session: BuildSession = {
    ...{ engine, images, options, signal },
    args: new BuildArgs(options.buildArgs, options.platform),
    dialect: classic,
    escapeChar: dockerfile.escapeChar,
    ...{ context: context.root, scratch: directory },
    stages: plan.stages,
    stage: 0,
    finished: async () => undefined,
    pull: (request) => pullMissing(images, options, request, signal),
    client: { ...withoutClient, hashes: new KnownHashes() },
    keep: (image) => kept.use(images.hold(image)),
  };
  const messages = classicMessages(plan, runPlan(session, plan));
  const image = (yield* quietly(options.quiet, messages))?.image;
  if (image === undefined) {
    throw new EngineError('invalid', 'No image was generated. Is your Dockerfile empty?');
  }
  yield* finish(session, image);
}

/** The classic builder's requests have a context and nothing else. */
const withoutClient: Omit<BuildClient, 'hashes'> = {
  caches: {
    lock: async () => new DisposableStack(),
    use: async () => {
      throw new EngineError('invalid', 'the --mount option requires BuildKit');
    },
  },
  // A build runs one command after the other.
  runSlots: { take: async () => new DisposableStack() },
  connect: connectAlone,
  named: () => undefined,
  checkTrigger: () => {},
  secret: async () => undefined,
  agent: async () => undefined,
};

async function* finish(
  session: BuildSession,
  image: StoredImage,
): AsyncGenerator<BuildMessage, void> {
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

async function* quietly<T>(
  quiet: boolean,
  progress: AsyncGenerator<BuildMessage, T>,
): AsyncGenerator<BuildMessage, T> {
  if (!quiet) return yield* progress;
  for (;;) {
    const { done, value } = await progress.next();
    if (done) return value;
  }
}

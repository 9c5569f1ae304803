import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pullMissing } from '../../build/base-image.ts';
import { BuildArgs } from '../../build/build-args.ts';
import { buildkit } from '../../build/dialect.ts';
import { type Dockerfile, parseDockerfile } from '../../build/dockerfile/parse.ts';
import { arg } from '../../build/instructions/arg.ts';
import { checkInstruction } from '../../build/instructions/check.ts';
import type { BuildOptions } from '../../build/options.ts';
import { runPlan } from '../../build/run-plan.ts';
import type { BuildSession } from '../../build/session.ts';
import { type BuildPlan, planBuild, withLabels } from '../../build/stages.ts';
import type { Engine } from '../../engine/engine.ts';
import type { Images } from '../../engine/images/images.ts';
import type { StoredImage } from '../../engine/images/store/stored-image.ts';
import type { Contexts } from '../files/contexts.ts';
import { GrpcError } from '../grpc/status.ts';
import type { Job } from '../jobs/job.ts';
import { sessionCredentials } from '../session/credentials.ts';
import type { Sessions } from '../session/sessions.ts';
import { BuildProgress } from './build-progress.ts';
import { contextPaths } from './context-paths.ts';
import { type Definition, readDefinition, readIgnoreFile } from './definition.ts';
import { dockerfileError } from './dockerfile-error.ts';
import { markNeeded } from './needed-stages.ts';
import type { FrontendRequest } from './request.ts';
import { checkSyntaxLine } from './syntax-line.ts';
import { clientDirectory, type TreeSource } from './tree-source.ts';

/** The parts of the engine that builds use. */
export interface BuilderParts {
  readonly engine: Engine;
  readonly images: Images;
  readonly sessions: Sessions;
  readonly contexts: Contexts;
}

/**
 * The frontend `dockerfile.v0`: reads the Dockerfile from the client, builds its target and returns
 * the image, which the job keeps. Undefined after `FROM scratch` without files.
 */
export async function solveDockerfile(
  parts: BuilderParts,
  job: Job,
  request: FrontendRequest,
  signal: AbortSignal,
): Promise<StoredImage | undefined> {
  const { builds } = parts.engine.directories;
  await mkdir(builds, { recursive: true, mode: 0o700 });
  const scratch = await mkdtemp(join(builds, 'build-'));
  try {
    const directory = (name: string) => findDirectory(parts, job, request, name, signal);
    const definition = await readDefinition(
      job,
      await directory(request.dockerfileDirectory),
      request.filename,
    );
    const context = await directory(request.contextDirectory);
    return await buildDefinition(parts, job, request, { definition, context, scratch }, signal);
  } finally {
    await rm(scratch, { recursive: true, force: true }).catch((error) =>
      parts.engine.log(`removing ${scratch}`, error),
    );
  }
}

/** A directory of the client, which can be in another session than the build's own. */
async function findDirectory(
  { sessions, contexts }: BuilderParts,
  job: Job,
  request: FrontendRequest,
  name: string,
  signal: AbortSignal,
): Promise<TreeSource> {
  const named = request.sessions.get(name);
  const session =
    (named === undefined ? undefined : sessions.get(named)) ??
    (await sessions.find(job.request.Session, signal));
  return clientDirectory(contexts, session, name, signal);
}

interface Inputs {
  readonly definition: Definition;
  readonly context: TreeSource;
  readonly scratch: string;
}

async function buildDefinition(
  parts: BuilderParts,
  job: Job,
  request: FrontendRequest,
  { definition, context, scratch }: Inputs,
  signal: AbortSignal,
): Promise<StoredImage | undefined> {
  const { engine, images } = parts;
  let progress: BuildProgress | undefined;
  try {
    checkSyntaxLine(definition.text);
    const dockerfile = parseDockerfile(definition.text);
    for (const instruction of dockerfile.instructions) {
      checkInstruction(instruction, dockerfile.escapeChar, buildkit);
    }
    const args = new BuildArgs(request.buildArgs, request.platform);
    const options = buildOptions(parts, job, request, signal);
    const plan = neededPlan(dockerfile, request, args);
    const steps = new BuildProgress(job, plan.stages, dockerfile.escapeChar);
    progress = steps;
    const ignored = await readIgnoreFile(job, context, definition);
    await using tree = await openContext(job, context, plan, ignored);
    const session: BuildSession = {
      ...{ engine, images, options, args, signal, scratch },
      dialect: buildkit,
      escapeChar: dockerfile.escapeChar,
      context: tree.path,
      stages: plan.stages,
      finished: [],
      pull: async function* (request) {
        steps.pullBegins(request.name);
        const image = yield* pullMissing(images, options, request, signal);
        steps.pullEnds();
        return image;
      },
      keep: (image) => void job.kept.use(images.hold(image)),
    };
    const events = runPlan(session, plan);
    for (;;) {
      const { done, value } = await events.next();
      if (done) {
        steps.finish();
        return value?.image;
      }
      steps.take(value);
    }
  } catch (error) {
    signal.throwIfAborted();
    progress?.fail(error instanceof Error ? error.message : String(error));
    if (error instanceof GrpcError) throw error;
    const { vertex, lines } = progress ?? {};
    throw dockerfileError(error, definition, { vertex, lines });
  }
}

/** The plan up to the target, without the stages that the target doesn't need. */
function neededPlan(
  dockerfile: Dockerfile,
  { target, labels, withoutCache }: FrontendRequest,
  args: BuildArgs,
): BuildPlan {
  const { escapeChar } = dockerfile;
  const plan = withLabels(planBuild(dockerfile, target), labels);
  // The arguments before the first `FROM` say which stages are needed.
  for (const instruction of plan.globals) arg({ args, escapeChar }, undefined, instruction);
  const stages = markNeeded(plan.stages, args.globals(), escapeChar).map((stage) =>
    Array.isArray(withoutCache) && withoutCache.includes(stage.name)
      ? { ...stage, ignoresCache: true }
      : stage,
  );
  return { globals: plan.globals, stages };
}

/** Brings the context here if the build uses it. */
async function openContext(job: Job, context: TreeSource, { stages }: BuildPlan, ignored: string) {
  const paths = contextPaths(stages);
  if (paths === undefined) return { path: '/nonexistent', [Symbol.asyncDispose]: async () => {} };
  const excluded = ignored
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'));
  return job.step('[internal] load build context', (vertex) =>
    context.open({ paths, excluded }, vertex, 'transferring context:'),
  );
}

function buildOptions(
  { sessions }: BuilderParts,
  job: Job,
  request: FrontendRequest,
  signal: AbortSignal,
): BuildOptions {
  const { filename, target, buildArgs, labels, platform, alwaysPull, hostConfig } = request;
  return {
    ...{ dockerfile: filename, tags: [], target, buildArgs, labels, platform },
    ...{ alwaysPull, hostConfig, quiet: false, remove: true, forceRemove: true },
    useCache: request.withoutCache !== 'all',
    credentials: async (domain) =>
      sessionCredentials(await sessions.find(job.request.Session, signal), domain, signal),
  };
}

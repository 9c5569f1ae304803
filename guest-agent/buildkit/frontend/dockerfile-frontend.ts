import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { BuildArgs } from '../../build/build-args.ts';
import { buildkit } from '../../build/dialect.ts';
import {
  type Dockerfile,
  type Instruction,
  parseDockerfile,
} from '../../build/dockerfile/parse.ts';
import { arg } from '../../build/instructions/arg.ts';
import { checkInstruction } from '../../build/instructions/check.ts';
import type { BuildOptions } from '../../build/options.ts';
import type { BuildCaches } from '../../build/run-mounts/caches.ts';
import { runPlan } from '../../build/run-plan.ts';
import type { BuildSession, Progress } from '../../build/session.ts';
import { type BuildPlan, planBuild, withLabels } from '../../build/stages.ts';
import type { Engine } from '../../engine/engine.ts';
import type { Images } from '../../engine/images/images.ts';
import type { StoredImage } from '../../engine/images/store/stored-image.ts';
import { EngineError } from '../../errors.ts';
import type { Contexts } from '../files/contexts.ts';
import type { Definition as LlbDefinition } from '../generated/github.com/moby/buildkit/solver/pb/ops_pb.js';
import { GrpcError } from '../grpc/status.ts';
import type { Job } from '../jobs/job.ts';
import type { Jobs } from '../jobs/jobs.ts';
import { forwardAgent } from '../session/agent.ts';
import { sessionCredentials } from '../session/credentials.ts';
import { sessionSecret } from '../session/secrets.ts';
import type { Sessions } from '../session/sessions.ts';
import { BuildImages, baseImages } from './base-images.ts';
import { baseTriggers } from './base-triggers.ts';
import { BuildProgress } from './build-progress.ts';
import { contextPaths } from './context-paths.ts';
import { type Definition, readDefinition, readIgnored, readIgnoreFile } from './definition.ts';
import { dockerfileError } from './dockerfile-error.ts';
import { excludedPatterns } from './excluded-patterns.ts';
import { namedContext } from './named-contexts.ts';
import { markNeeded } from './needed-stages.ts';
import { openRemoteContext } from './remote-context.ts';
import type { FrontendRequest } from './request.ts';
import { checkSyntaxLine } from './syntax-line.ts';
import { clientDirectory, type TreeSource } from './tree-source.ts';

/** The parts of the engine that builds use. */
export interface BuilderParts {
  readonly engine: Engine;
  readonly images: Images;
  readonly sessions: Sessions;
  readonly contexts: Contexts;
  readonly caches: BuildCaches;
  readonly jobs: Pick<Jobs, 'result'>;
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
  inputs: Readonly<Record<string, LlbDefinition>> = {},
): Promise<StoredImage | undefined> {
  if (request.question !== '') {
    throw new EngineError('not-implemented', `Berth doesn't answer ${request.question} yet`);
  }
  const { builds } = parts.engine.directories;
  await mkdir(builds, { recursive: true, mode: 0o700 });
  const scratch = await mkdtemp(join(builds, 'build-'));
  try {
    const directory = (name: string) => findDirectory(parts, job, request, name, signal);
    const context =
      request.context === ''
        ? await directory(request.contextDirectory)
        : await openRemoteContext(
            job,
            () => parts.sessions.find(job.request.Session, signal),
            request.context,
            scratch,
            signal,
          );
    const isRemote = request.context !== '' && !request.hasDockerfile;
    const source = isRemote ? context : await directory(request.dockerfileDirectory);
    const definition = await readDefinition(job, source, request.filename);
    return await buildDefinition(
      parts,
      job,
      request,
      { definition, context, directory, inputs, scratch },
      signal,
    );
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
  readonly directory: (name: string) => Promise<TreeSource>;
  readonly inputs: Readonly<Record<string, LlbDefinition>>;
  readonly scratch: string;
}

async function buildDefinition(
  parts: BuilderParts,
  job: Job,
  request: FrontendRequest,
  { definition, context, directory, inputs, scratch }: Inputs,
  signal: AbortSignal,
): Promise<StoredImage | undefined> {
  const { engine, images } = parts;
  let progress: BuildProgress | undefined;
  await using opened = new AsyncDisposableStack();
  try {
    checkSyntaxLine(definition.text);
    const dockerfile = parseDockerfile(definition.text);
    for (const instruction of dockerfile.instructions) {
      checkInstruction(instruction, dockerfile.escapeChar, buildkit);
      checkEntitlement(instruction, job);
    }
    const args = new BuildArgs(request.buildArgs, request.platform);
    const own = () => parts.sessions.find(job.request.Session, signal);
    const options = buildOptions(parts, job, request, signal);
    const isReplaced = (name: string) => request.namedContexts.has(name.toLowerCase());
    const plan = neededPlan(dockerfile, request, args, isReplaced);
    const bases = baseImages(plan.stages, args.globals(), dockerfile.escapeChar, {
      always: request.alwaysPull,
      isReplaced,
    });
    const names = bases.map(({ name, stage }) => [stage.number, name] as const);
    const steps = new BuildProgress(job, plan.stages, new Map(names));
    progress = steps;
    const base = new BuildImages(images, options, steps, signal);
    const keep = (image: StoredImage) => {
      job.keep(() => images.hold(image));
    };
    const found = await follow(base.resolve(bases), steps);
    for (const image of found) keep(image);
    const isRemote = request.context !== '';
    const ignored = isRemote ? '' : await readIgnoreFile(job, context, definition);
    const session: Omit<BuildSession, 'context'> = {
      client: {
        caches: parts.caches,
        named: (name) =>
          namedContext(
            {
              ...{ contexts: request.namedContexts, inputs, result: (id) => parts.jobs.result(id) },
              pull: (image) => session.pull({ name: image, always: false }),
              directory: (name) => openNamed(job, name, directory, opened),
            },
            name,
          ),
        checkTrigger: (instruction) => checkEntitlement(instruction, job),
        secret: async (id) => sessionSecret(await own(), id, signal),
        agent: async (id, access) =>
          forwardAgent(await own(), id, join(engine.directories.run, 'ssh'), access, signal),
      },
      ...{ engine, images, options, args, signal, scratch },
      dialect: buildkit,
      escapeChar: dockerfile.escapeChar,
      stages: plan.stages,
      finished: [],
      pull: (request) => base.pull(request),
      keep,
    };
    const triggers = await follow(baseTriggers(session, plan.stages, found), steps);
    const paths = contextPaths(plan.stages, dockerfile.escapeChar, triggers);
    await using tree = await openContext(job, context, paths, ignored);
    const state = await follow(runPlan({ ...session, context: tree.path }, plan), steps);
    steps.finish();
    return state?.image;
  } catch (error) {
    signal.throwIfAborted();
    progress?.fail(error instanceof Error ? error.message : String(error));
    if (error instanceof GrpcError) throw error;
    const { vertex, lines } = progress ?? {};
    throw dockerfileError(error, definition, { vertex, lines });
  }
}

/** The host's network is only for builds whose user allowed it: `--allow network.host`. */
function checkEntitlement({ keyword, flags }: Instruction, { request }: Job): void {
  if (keyword !== 'RUN' || flags.get('network') !== 'host') return;
  if (!request.Entitlements.includes('network.host')) {
    throw new EngineError('invalid', 'failed to load LLB: network.host is not allowed');
  }
}

/** Shows the events of a part of the build, and returns its result. */
async function follow<T>(events: Progress<T>, steps: BuildProgress): Promise<T> {
  for (;;) {
    const { done, value } = await events.next();
    if (done) return value;
    steps.take(value);
  }
}

/** The plan up to the target, without the stages that the target doesn't need. */
function neededPlan(
  dockerfile: Dockerfile,
  { target, labels, withoutCache }: FrontendRequest,
  args: BuildArgs,
  isReplaced: (name: string) => boolean,
): BuildPlan {
  const { escapeChar } = dockerfile;
  const plan = withLabels(planBuild(dockerfile, target), labels);
  // The arguments before the first `FROM` say which stages are needed.
  for (const instruction of plan.globals)
    arg({ args, escapeChar, dialect: buildkit }, undefined, instruction);
  const stages = markNeeded(plan.stages, args.globals(), escapeChar, isReplaced).map((stage) =>
    Array.isArray(withoutCache) && withoutCache.includes(stage.name)
      ? { ...stage, ignoresCache: true }
      : stage,
  );
  return { globals: plan.globals, stages };
}

/** Brings the context here if the build uses it. */
async function openContext(
  job: Job,
  context: TreeSource,
  paths: readonly string[] | undefined,
  ignored: string,
) {
  if (paths === undefined) return { path: '/nonexistent', [Symbol.asyncDispose]: async () => {} };
  const excluded = excludedPatterns(ignored);
  return job.step('[internal] load build context', (vertex) =>
    context.open({ paths, excluded }, vertex, 'transferring context:'),
  );
}

/** Brings a directory of `--build-context` here, without the files of its own `.dockerignore`. */
async function openNamed(
  job: Job,
  name: string,
  directory: (name: string) => Promise<TreeSource>,
  opened: AsyncDisposableStack,
): Promise<string> {
  return job.step(`[context ${name}] load from client`, async (vertex) => {
    const source = await directory(name);
    const ignored = await readIgnored(source, vertex);
    const filter = { paths: [], excluded: excludedPatterns(ignored) };
    return opened.use(await source.open(filter, vertex, `transferring ${name}:`)).path;
  });
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

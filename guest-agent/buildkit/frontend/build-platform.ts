import { BuildArgs } from '../../build/build-args.ts';
import { buildkit } from '../../build/dialect.ts';
import { runPlan } from '../../build/run-plan.ts';
import type { BuildSession, Progress } from '../../build/session.ts';
import type { StoredImage } from '../../engine/images/store/stored-image.ts';
import type { Platform } from '../../registry/platform.ts';
import { GrpcError } from '../grpc/status.ts';
import type { Job } from '../jobs/job.ts';
import { BuildImages, baseImages } from './base-images.ts';
import { baseTriggers } from './base-triggers.ts';
import { buildOptions } from './build-options.ts';
import { BuildProgress } from './build-progress.ts';
import type { BuildSources } from './build-sources.ts';
import type { BuilderParts } from './builder-parts.ts';
import { contextPaths } from './context-paths.ts';
import { readIgnoreFile } from './definition.ts';
import { dockerfileError } from './dockerfile-error.ts';
import { frontendClient } from './frontend-client.ts';
import { loadContext, loadNamedContext } from './load-context.ts';
import { isReplacedIn, neededPlan } from './needed-plan.ts';
import type { ParsedDefinition } from './parsed-definition.ts';
import type { FrontendRequest } from './request.ts';

/**
 * Builds a Dockerfile's target for one platform, and returns the image, which the job keeps.
 * Undefined after `FROM scratch` without files. `platform` is undefined for the VM's own.
 */
export async function buildPlatform(
  parts: BuilderParts,
  job: Job,
  request: FrontendRequest,
  { definition, dockerfile }: ParsedDefinition,
  sources: BuildSources,
  platform: Platform | undefined,
  signal: AbortSignal,
): Promise<StoredImage | undefined> {
  const { engine, images } = parts;
  const { context, directory, inputs, scratch } = sources;
  const { escapeChar } = dockerfile;
  let progress: BuildProgress | undefined;
  await using opened = new AsyncDisposableStack();
  try {
    const args = new BuildArgs(request.buildArgs, platform);
    const options = buildOptions(parts, job, request, platform, signal);
    const plan = neededPlan(dockerfile, request, args);
    const bases = baseImages(plan.stages, args.globals(), escapeChar, {
      always: request.alwaysPull,
      isReplaced: isReplacedIn(request),
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
    const ignored = request.context === '' ? await readIgnoreFile(job, context, definition) : '';
    const named = {
      ...{ contexts: request.namedContexts, inputs },
      result: (id: string) => parts.jobs.result(id),
      pull: (name: string) => base.pull({ name, always: false }),
      directory: async (name: string) =>
        opened.use(await loadNamedContext(job, name, directory)).path,
    };
    const session: Omit<BuildSession, 'context'> = {
      client: frontendClient(parts, job, named, signal),
      ...{ engine, images, options, args, signal, scratch, escapeChar, keep },
      dialect: buildkit,
      stages: plan.stages,
      finished: [],
      pull: (request) => base.pull(request),
    };
    const triggers = await follow(baseTriggers(session, plan.stages, found), steps);
    const paths = contextPaths(plan.stages, escapeChar, triggers);
    await using tree = await loadContext(job, context, paths, ignored);
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

/** Shows the events of a part of the build, and returns its result. */
async function follow<T>(events: Progress<T>, steps: BuildProgress): Promise<T> {
  for (;;) {
    const { done, value } = await events.next();
    if (done) return value;
    steps.take(value);
  }
}

import { BuildArgs } from '../../build/build-args.ts';
import { buildkit } from '../../build/dialect.ts';
import { jsonList } from '../../build/dockerfile/arguments.ts';
import type { Dockerfile, Instruction } from '../../build/dockerfile/parse.ts';
import { finishedImage } from '../../build/finished-image.ts';
import { ignorePatterns } from '../../build/ignore.ts';
import { inOrder } from '../../build/in-order.ts';
import { runStages } from '../../build/run-stages.ts';
import type { BuildSession } from '../../build/session.ts';
import type { Stage } from '../../build/stages.ts';
import type { StoredImage } from '../../engine/images/store/stored-image.ts';
import { awaitedElsewhere, EngineError } from '../../errors.ts';
import type { Platform } from '../../registry/platform.ts';
import { checkPlan } from '../checks/check-plan.ts';
import { walkStages } from '../checks/walk-stages.ts';
import { GrpcError } from '../grpc/status.ts';
import type { Job } from '../jobs/job.ts';
import { BuildImages } from './build-images.ts';
import { buildOptions } from './build-options.ts';
import { BuildProgress } from './build-progress.ts';
import { type BuildSources, remoteParts } from './build-sources.ts';
import type { BuilderParts } from './builder-parts.ts';
import { contextPaths } from './context-paths.ts';
import { readIgnoreFile } from './definition.ts';
import { dockerfileError } from './dockerfile-error.ts';
import { frontendClient } from './frontend-client.ts';
import { loadContext, loadNamedContext } from './load-context.ts';
import { isReplacedIn, neededPlan } from './needed-plan.ts';
import type { ParsedDefinition } from './parsed-definition.ts';
import { openRemoteDirectory } from './remote-context.ts';
import type { FrontendRequest } from './request.ts';
import { resolveBases } from './resolve-bases.ts';

/**
 * Builds a Dockerfile's target for one platform, and returns the image, which the job keeps.
 * Undefined after `FROM scratch` without files. `platform` is undefined for the VM's own.
 */
export async function buildPlatform(
  parts: BuilderParts,
  job: Job,
  request: FrontendRequest,
  { definition, dockerfile, report }: ParsedDefinition,
  sources: BuildSources,
  platform: Platform | undefined,
  signal: AbortSignal,
): Promise<StoredImage | undefined> {
  const { engine, images } = parts;
  const { context, directory, inputs, scratch, resources } = sources;
  const { escapeChar } = dockerfile;
  const remoteSteps = parts.remoteCaches.of(job).steps(parts.steps, signal);
  remoteSteps.catch(awaitedElsewhere);
  let progress: BuildProgress | undefined;
  try {
    const isReplaced = isReplacedIn(request);
    checkPlan(dockerfile, { ...request, isReplaced }, platform, report);
    const args = new BuildArgs(request.buildArgs, platform, targetName(dockerfile, request.target));
    const options = buildOptions(parts, job, request, platform, signal);
    const plan = neededPlan(dockerfile, request, args);
    const globals = args.globals();
    const count = dockerfile.instructions.filter(({ keyword }) => keyword === 'FROM').length;
    const steps = new BuildProgress(sources.shown ?? job, plan.stages, {
      ...{ escapeChar, count, isReplaced },
    });
    progress = steps;
    const base = new BuildImages(images, options, steps, signal, (name, image) =>
      job.materials.addImage({ name, image, of: platform }),
    );
    const keep: BuildSession['keep'] = (image) => {
      resources.use(images.hold(image));
    };
    // biome-ignore lint/correctness/useYield: a pull has steps of its own
    const pull: BuildSession['pull'] = async function* (request) {
      return await base.pull(request);
    };
    const client = frontendClient(
      parts,
      job,
      {
        ...{ contexts: request.namedContexts, inputs },
        result: (id: string) => parts.jobs.result(id),
        pull: (name: string) => pull({ name, always: false }),
        directory: once(async (name) => {
          return resources.use(await loadNamedContext(job, name, directory)).path;
        }),
        remote: once((address) =>
          openRemoteDirectory(remoteParts(parts, job, request, scratch, signal), address, signal),
        ),
      },
      signal,
    );
    // As in BuildKit, the client is asked while images are looked up.
    const [{ stages, triggers, bases }, ignored] = await inOrder([
      resolveBases(
        {
          ...{ globals, escapeChar, client, keep, progress: steps },
          ...{ always: request.alwaysPull, platform },
          isReplaced,
          pull: (image, place) => base.pull(image, place),
        },
        plan.stages,
        plan.all,
      ),
      request.context === '' ? readIgnoreFile(job, context, definition) : '',
    ]);
    walkStages(stages, (stage) => bases.get(stage), {
      ...{ escapeChar, given: request.buildArgs, globals, report },
      ...{ ignores: ignorePatterns(ignored), isReplaced, all: plan.all },
    });
    report.failIfWarned();
    checkCommands(stages);
    const paths = contextPaths(stages, escapeChar, [...triggers.values()].flat());
    const tree = resources.use(await loadContext(job, context, paths, ignored));
    const session = {
      ...{ engine, images, options, args, signal, scratch, escapeChar, client, keep, pull, stages },
      ...{ context: tree.path, contextVersion: tree.version, dialect: buildkit },
      steps: await remoteSteps,
      cleanUp: (work: Promise<void>) => resources.defer(() => work),
    };
    const { result, ended } = runStages(session, stages, (number) => steps.stage(number));
    resources.usedBy(ended);
    const state = await result;
    const image = state && (await finishedImage(session, state));
    if (image !== undefined) job.keep(() => images.hold(image));
    return image;
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof GrpcError) throw error;
    throw dockerfileError(error, definition, progress?.origin);
  }
}

/** `RUN []` has nothing to run. BuildKit finds this after its other checks, and shows no place. */
function checkCommands(stages: readonly Stage[]): void {
  const needed = stages.filter(({ isSkipped }) => !isSkipped);
  const isEmpty = ({ keyword, text }: Instruction) =>
    keyword === 'RUN' && jsonList(text)?.length === 0;
  if (!needed.some(({ instructions }) => instructions.some(isEmpty))) return;
  throw new EngineError('invalid', 'failed to marshal LLB definition: arguments are required');
}

/** The name of the stage that is built, for `TARGETSTAGE`. */
function targetName({ instructions }: Dockerfile, target: string): string {
  const last = instructions.findLast(({ keyword }) => keyword === 'FROM')?.text ?? '';
  return target || (/\sas\s+(\S+)$/i.exec(last)?.[1]?.toLowerCase() ?? '');
}

/** Calls a function only once for each name. */
function once<T>(load: (name: string) => Promise<T>): (name: string) => Promise<T> {
  const loaded = new Map<string, Promise<T>>();
  return (name) => {
    const known = loaded.get(name) ?? load(name);
    loaded.set(name, known);
    return known;
  };
}

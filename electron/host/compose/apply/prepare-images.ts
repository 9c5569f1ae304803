import { HostError, reasonOf } from '../../base/errors.ts';
import { TaskGroup } from '../../base/task-group.ts';
import { pullAuth } from '../../credentials/registry-auth.ts';
import { pullImage } from '../../engine/images.ts';
import { PullTally } from '../../images/pull-progress.ts';
import { BUILT_NAME, environmentOf, type Project, type ProjectService } from '../file/project.ts';
import { inBuildOrder } from './build-parts.ts';
import { buildService } from './build-service.ts';
import type { ComposeHost, Report } from './compose-host.ts';
import { imageIds } from './observe.ts';
import { requireServices } from './require-services.ts';

export interface ImageOptions {
  /** Also build images that exist. */
  readonly build?: boolean;
  /** Also pull images that exist. */
  readonly pull?: boolean;
  /** Also pull images that services could build; one that can't be pulled is a warning. */
  readonly pullBuildable?: boolean;
  /** An image that can't be pulled is a warning. */
  readonly ignorePullFailures?: boolean;
  /** Build no image. */
  readonly noBuild?: boolean;
  readonly services?: ReadonlySet<string>;
  /** The caller's environment, for secrets of builds that come from variables. */
  readonly env?: Readonly<Record<string, string | undefined>>;
}

/**
 * Makes sure that a project's images exist: pulls or builds missing and requested images. Rejects
 * with the first failure.
 */
export async function prepareImages(
  host: ComposeHost,
  project: Project,
  options: ImageOptions,
  report: Report,
  signal: AbortSignal,
): Promise<void> {
  requireServices(options.services ?? [], Object.keys(project.services));
  const names = Object.keys(project.services).filter((name) => options.services?.has(name) ?? true);
  const present = await imageIds(
    host.engine,
    names.flatMap((name) => project.services[name]?.image ?? []),
  );
  const pulls = new Map<string, ProjectService>();
  const builds = new Map<string, ProjectService>();
  for (const name of names) {
    const service = project.services[name];
    if (!service) continue;
    const { image, build, pull_policy: policy = 'missing' } = service;
    const isThere = present.has(image);
    const isBuilt = options.build || policy === 'build' || (!isThere && policy !== 'never');
    if (build && options.pullBuildable && !service[BUILT_NAME]) pulls.set(image, service);
    else if (build && options.noBuild) requireImage(image, isThere);
    else if (build && isBuilt && !options.pull) builds.set(image, service);
    else if (!build && (options.pull || policy === 'always')) pulls.set(image, service);
    else if (!isThere && policy === 'never') {
      throw new HostError('engine', `No such image: ${image}`, {
        hint: 'its `pull_policy` is `never`, so pull or build the image yourself',
      });
    } else if (!isThere) pulls.set(image, service);
  }
  // The first failure ends the others.
  const preparing = new TaskGroup(signal);
  for (const [image, { build, platform }] of pulls) {
    preparing.run(async (ending) => {
      try {
        await pull(host, image, platform, report, ending);
      } catch (error) {
        if (ending.aborted || !(build || options.ignorePullFailures)) throw error;
        const hint = build ? '; to build it, run `berth compose build`' : '';
        report({ kind: 'image', name: image, state: 'warning', text: `${reasonOf(error)}${hint}` });
      }
    });
  }
  // One at a time, so that one build's steps are shown at a time.
  preparing.run(async (ending) => {
    const env = environmentOf(project, options.env ?? process.env);
    for (const [image, service] of inBuildOrder(project, builds, present)) {
      ending.throwIfAborted();
      await buildService(host, { project, image, service, env }, report, ending);
    }
  });
  await preparing.ended();
  signal.throwIfAborted();
}

function requireImage(image: string, isThere: boolean): void {
  if (isThere) return;
  throw new HostError('engine', `No such image: ${image}`, {
    hint: 'To build it, run `berth compose build`.',
  });
}

async function pull(
  { engine, credentials, settings }: ComposeHost,
  image: string,
  platform: string | undefined,
  report: Report,
  signal: AbortSignal,
): Promise<void> {
  const tell = (state: 'working' | 'done', text: string, fraction?: number) =>
    report({
      kind: 'image',
      name: image,
      state,
      text,
      ...(fraction !== undefined && { fraction }),
    });
  tell('working', 'Pulling');
  const tally = new PullTally();
  const messages = pullImage(engine, image, {
    ...(await pullAuth({ credentials, settings }, image)),
    signal,
    ...(platform === undefined ? {} : { platform }),
  });
  for await (const message of messages) {
    const { current, total } = tally.add(message);
    if (total > 0) tell('working', 'Pulling', Math.min(current / total, 1));
  }
  tell('done', 'Pulled');
}

import { Readable } from 'node:stream';
import { HostError } from '../../base/errors.ts';
import { openBuildContext } from '../../build/context.ts';
import { pullAuth, registryConfig } from '../../credentials/registry-auth.ts';
import { type BuildProgress, buildImage } from '../../engine/build.ts';
import { pullImage } from '../../engine/images.ts';
import { PullTally } from '../../images/pull-progress.ts';
import type { ServiceBuild } from '../file/build-schema.ts';
import type { Project, ProjectService } from '../file/project.ts';
import type { ComposeHost, Report } from './compose-host.ts';
import { imageIds } from './observe.ts';
import { requireServices } from './require-services.ts';

export interface ImageOptions {
  /** Also build images that exist. */
  readonly build?: boolean;
  /** Also pull images that exist. */
  readonly pull?: boolean;
  readonly services?: ReadonlySet<string>;
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
    if (build && (options.build || policy === 'build' || (!isThere && policy !== 'never'))) {
      builds.set(image, service);
    } else if (!build && (options.pull || policy === 'always')) pulls.set(image, service);
    else if (!isThere && policy === 'never') {
      throw new HostError('engine', `No such image: ${image}`, {
        hint: 'its `pull_policy` is `never`, so pull or build the image yourself',
      });
    } else if (!isThere) pulls.set(image, service);
  }
  await Promise.all([
    ...[...pulls].map(([image, { platform }]) => pull(host, image, platform, report, signal)),
    // One at a time, so that builds share the cache.
    (async () => {
      for (const [image, service] of builds) await build(host, image, service, report, signal);
    })(),
  ]);
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

async function build(
  { engine, credentials }: ComposeHost,
  image: string,
  service: ProjectService,
  report: Report,
  signal: AbortSignal,
): Promise<void> {
  const tell = (state: 'working' | 'done', text: string) =>
    report({ kind: 'image', name: image, state, text });
  tell('working', 'Building');
  const settings = service.build as ServiceBuild;
  const context = await contextOf(settings);
  const query = {
    t: [image, ...(settings.tags ?? [])],
    buildargs: settings.args,
    labels: settings.labels,
    nocache: settings.no_cache,
    pull: settings.pull,
    networkmode: settings.network,
    target: settings.target,
    platform: service.platform,
    rm: true,
  };
  const auth = await registryConfig(credentials);
  for await (const message of buildImage(engine, context, query, auth, signal)) {
    const failure = failureOf(message);
    if (failure !== undefined) {
      throw new HostError('engine', `failed to build ${image}: ${failure}`);
    }
    const step = /^Step \d+\/\d+ : .*/.exec(message.stream ?? '')?.[0];
    if (step !== undefined) tell('working', step);
  }
  tell('done', 'Built');
}

const failureOf = ({ errorDetail, error }: BuildProgress) => errorDetail?.message ?? error;

function contextOf({ context, dockerfile, dockerfile_inline: inline }: ServiceBuild) {
  if (inline !== undefined) return openBuildContext(context, '-', Readable.from([inline]));
  const isRemote = /^https?:/.test(context);
  const path =
    isRemote || /^([/\\]|[a-zA-Z]:)/.test(dockerfile) ? dockerfile : `${context}/${dockerfile}`;
  return openBuildContext(context, path, Readable.from([]));
}

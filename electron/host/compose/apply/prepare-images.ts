import { Readable } from 'node:stream';
import { parseExtraHost } from '../../../../guest-agent/grammar/extra-host.ts';
import { formatUlimit } from '../../../../guest-agent/grammar/ulimit.ts';
import { HostError, reasonOf } from '../../base/errors.ts';
import { TaskGroup } from '../../base/task-group.ts';
import { attestAttributes } from '../../buildkit/attest-flag.ts';
import { type BuildSettings, buildWithBuildkit } from '../../buildkit/build.ts';
import { parseCache } from '../../buildkit/cache-flag.ts';
import { errorSource } from '../../buildkit/error-source.ts';
import { checkSecrets } from '../../buildkit/secrets.ts';
import { isRemote, openSources } from '../../buildkit/sources.ts';
import { parseAgents } from '../../buildkit/ssh-agents.ts';
import { Trace, type TraceStep } from '../../buildkit/trace.ts';
import { pullAuth } from '../../credentials/registry-auth.ts';
import { pullImage } from '../../engine/images.ts';
import { PullTally } from '../../images/pull-progress.ts';
import type { ServiceBuild } from '../file/build-schema.ts';
import { BUILT_NAME, environmentOf, type Project, type ProjectService } from '../file/project.ts';
import { entriesOf, mapValues } from '../file/record.ts';
import { referredService } from '../file/service-reference.ts';
import { buildSecrets, inBuildOrder } from './build-parts.ts';
import type { ComposeHost, Report } from './compose-host.ts';
import { ulimit } from './container-request.ts';
import { COMPOSE_VERSION, LABELS } from './labels.ts';
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
      await build(host, { project, image, service, env }, report, ending);
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

interface ServiceToBuild {
  readonly project: Project;
  readonly image: string;
  readonly service: ProjectService;
  readonly env: Readonly<Record<string, string | undefined>>;
}

async function build(
  { engine, credentials, dryRun }: ComposeHost,
  { project, image, service, env }: ServiceToBuild,
  report: Report,
  signal: AbortSignal,
): Promise<void> {
  const tell = (state: 'working' | 'done', text: string) =>
    report({ kind: 'image', name: image, state, text });
  tell('working', 'Building');
  if (dryRun) return tell('done', 'Built');
  const settings = service.build as ServiceBuild;
  const trace = new Trace();
  const secrets = buildSecrets(project, settings);
  await checkSecrets(secrets);
  await using sources = await sourcesOf(project, settings);
  try {
    await buildWithBuildkit(
      { engine, credentials },
      sources,
      {
        ...settingsOf(image, service, settings),
        labels: { ...settings.labels, ...ownLabels(project, service) },
        ...{ secrets, environment: env },
      },
      (status) => {
        const running = [...trace.apply(status).steps].findLast(isRunning);
        if (running !== undefined) tell('working', running.name);
      },
      signal,
    );
  } catch (cause) {
    if (!(cause instanceof HostError) || cause.code !== 'engine') throw cause;
    const source = errorSource(cause);
    const place = source === undefined ? '' : ` (${source.filename}:${source.first})`;
    throw new HostError('engine', `failed to build ${image}: ${cause.message}${place}`, { cause });
  }
  tell('done', 'Built');
}

const isRunning = ({ started, completed }: TraceStep) =>
  started !== undefined && completed === undefined;

/** By these labels, `docker compose` finds the images that it built. */
function ownLabels({ name, services }: Project, service: ProjectService): Record<string, string> {
  const own = Object.keys(services).find((key) => services[key] === service) ?? '';
  return { [LABELS.version]: COMPOSE_VERSION, [LABELS.project]: name, [LABELS.service]: own };
}

function settingsOf(
  image: string,
  { platform }: ProjectService,
  settings: ServiceBuild,
): BuildSettings {
  const { args = {}, target, extra_hosts: hosts, shm_size: shmSize } = settings;
  const { entitlements = [], provenance, sbom } = settings;
  // The others aren't set.
  const known = Object.entries(args).filter(([, value]) => value !== null);
  return {
    args: Object.fromEntries(known) as Record<string, string>,
    ...{ target, network: settings.network },
    shmSize: shmSize === undefined ? undefined : Number(shmSize),
    // As in Docker Compose.
    allow: [...entitlements, ...(settings.privileged ? ['security.insecure'] : [])],
    ulimits: settings.ulimits && entriesOf(settings.ulimits).map(ulimit).map(formatUlimit),
    attributes: attestAttributes({ provenance, sbom }),
    agents: parseAgents(settings.ssh ?? [], process.env),
    platforms: platform === undefined ? settings.platforms : [platform],
    noCache: settings.no_cache,
    pull: settings.pull,
    extraHosts: hosts?.map(parseExtraHost),
    cacheImports: settings.cache_from?.map(parseCache),
    cacheExports: settings.cache_to?.map(parseCache),
    exporters: [{ Type: 'moby', Attrs: { name: [image, ...(settings.tags ?? [])].join(',') } }],
  };
}

function sourcesOf(project: Project, build: ServiceBuild) {
  const { context, dockerfile, dockerfile_inline: inline } = build;
  const namedContexts = mapValues(build.additional_contexts ?? {}, (place) => {
    const service = referredService(place);
    if (service === undefined) return place;
    return `docker-image://${project.services[service]?.image ?? ''}`;
  });
  if (inline !== undefined) {
    return openSources({
      context,
      dockerfile: '-',
      namedContexts,
      stdin: Readable.from([Buffer.from(inline)]),
    });
  }
  const path =
    isRemote(context) || /^([/\\]|[a-zA-Z]:)/.test(dockerfile)
      ? dockerfile
      : `${context}/${dockerfile}`;
  return openSources({ context, dockerfile: path, namedContexts, stdin: Readable.from([]) });
}

import { Readable } from 'node:stream';
import { parseExtraHost } from '../../../../guest-agent/grammar/extra-host.ts';
import { formatUlimit } from '../../../../guest-agent/grammar/ulimit.ts';
import { HostError } from '../../base/errors.ts';
import { attestAttributes } from '../../buildkit/attest-flag.ts';
import { type BuildSettings, buildWithBuildkit } from '../../buildkit/build.ts';
import { parseCache } from '../../buildkit/cache-flag.ts';
import { errorSource } from '../../buildkit/error-source.ts';
import { checkSecrets } from '../../buildkit/secrets.ts';
import { isRemote, openSources } from '../../buildkit/sources.ts';
import { parseAgents } from '../../buildkit/ssh-agents.ts';
import { Trace, type TraceStep } from '../../buildkit/trace.ts';
import type { ServiceBuild } from '../file/build-schema.ts';
import type { Project, ProjectService } from '../file/project.ts';
import { entriesOf, mapValues } from '../file/record.ts';
import { referredService } from '../file/service-reference.ts';
import { buildSecrets } from './build-parts.ts';
import type { ComposeHost, Report } from './compose-host.ts';
import { ulimit } from './container-request.ts';
import { COMPOSE_VERSION, LABELS } from './labels.ts';

export interface ServiceToBuild {
  readonly project: Project;
  readonly image: string;
  readonly service: ProjectService;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Builds the image of a service. With a `dryRun` host, only says so. */
export async function buildService(
  host: ComposeHost,
  wanted: ServiceToBuild,
  report: Report,
  signal: AbortSignal,
): Promise<void> {
  const tell = (state: 'working' | 'done', text: string) =>
    report({ kind: 'image', name: wanted.image, state, text });
  tell('working', 'Building');
  if (host.dryRun) return tell('done', 'Built');
  const trace = new Trace();
  try {
    await solve(
      host,
      wanted,
      {},
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
    const message = `failed to build ${wanted.image}: ${cause.message}${place}`;
    throw new HostError('engine', message, { cause });
  }
  tell('done', 'Built');
}

/** Asks about the Dockerfile of a service, and builds nothing. Returns the frontend's answer. */
export async function askOfService(
  host: ComposeHost,
  wanted: ServiceToBuild,
  question: string,
  signal: AbortSignal,
): Promise<Readonly<Record<string, Uint8Array>>> {
  const { metadata } = await solve(host, wanted, { question, exporters: [] }, () => {}, signal);
  return metadata;
}

async function solve(
  { engine, credentials }: ComposeHost,
  { project, image, service, env }: ServiceToBuild,
  change: Partial<BuildSettings>,
  onStatus: Parameters<typeof buildWithBuildkit>[3],
  signal: AbortSignal,
) {
  const settings = service.build as ServiceBuild;
  const secrets = buildSecrets(project, settings);
  await checkSecrets(secrets);
  await using sources = await sourcesOf(project, settings);
  // Awaited here, because the sources close at the end.
  return await buildWithBuildkit(
    { engine, credentials },
    sources,
    {
      ...settingsOf(image, service, settings),
      labels: imageLabels(project, service),
      ...{ secrets, environment: env, ...change },
    },
    onStatus,
    signal,
  );
}

const isRunning = ({ started, completed }: TraceStep) =>
  started !== undefined && completed === undefined;

/** The labels of a service's image. By its own labels, `docker compose` finds the images that it built. */
export function imageLabels(
  { name, services }: Project,
  service: ProjectService,
): Record<string, string> {
  const own = Object.keys(services).find((key) => services[key] === service) ?? '';
  return {
    ...(service.build as ServiceBuild).labels,
    ...{ [LABELS.version]: COMPOSE_VERSION, [LABELS.project]: name, [LABELS.service]: own },
  };
}

/** The arguments that have a value. The others aren't set. */
export const knownArgs = ({ args = {} }: ServiceBuild) =>
  Object.fromEntries(Object.entries(args).filter(([, value]) => value !== null)) as Record<
    string,
    string
  >;

/** The platforms to build for: a service with a platform needs no other. */
export const platformsOf = ({ platform, build }: ProjectService): readonly string[] | undefined =>
  platform === undefined ? (build as ServiceBuild).platforms : [platform];

/** Where the Dockerfile is: beside the context, unless the context is remote or the path absolute. */
export const dockerfilePath = ({ context, dockerfile }: ServiceBuild): string =>
  isRemote(context) || /^([/\\]|[a-zA-Z]:)/.test(dockerfile)
    ? dockerfile
    : `${context}/${dockerfile}`;

function settingsOf(image: string, service: ProjectService, settings: ServiceBuild): BuildSettings {
  const { target, extra_hosts: hosts, shm_size: shmSize } = settings;
  const { entitlements = [], provenance, sbom } = settings;
  return {
    args: knownArgs(settings),
    ...{ target, network: settings.network },
    shmSize: shmSize === undefined ? undefined : Number(shmSize),
    // As in Docker Compose.
    allow: [...entitlements, ...(settings.privileged ? ['security.insecure'] : [])],
    ulimits: settings.ulimits && entriesOf(settings.ulimits).map(ulimit).map(formatUlimit),
    attributes: attestAttributes({ provenance, sbom }),
    agents: parseAgents(settings.ssh ?? [], process.env),
    platforms: platformsOf(service),
    noCache: settings.no_cache,
    pull: settings.pull,
    extraHosts: hosts?.map(parseExtraHost),
    cacheImports: settings.cache_from?.map(parseCache),
    cacheExports: settings.cache_to?.map(parseCache),
    exporters: [{ Type: 'moby', Attrs: { name: [image, ...(settings.tags ?? [])].join(',') } }],
  };
}

function sourcesOf(project: Project, build: ServiceBuild) {
  const { context, dockerfile_inline: inline } = build;
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
  const dockerfile = dockerfilePath(build);
  return openSources({ context, dockerfile, namedContexts, stdin: Readable.from([]) });
}

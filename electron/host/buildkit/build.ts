import type { StatusResponse } from '../../../guest-agent/buildkit/generated/github.com/moby/buildkit/api/services/control/control_pb.js';
import { Control } from '../../../guest-agent/buildkit/generated/github.com/moby/buildkit/api/services/control/control_pb.js';
import { callUnary } from '../../../guest-agent/buildkit/grpc/client.ts';
import type { Method } from '../../../guest-agent/buildkit/grpc/server.ts';
import { HostError } from '../base/errors.ts';
import type { CredentialStore } from '../credentials/store.ts';
import type { EngineClient } from '../engine/connection/client.ts';
import { connectBuildkit } from './connection.ts';
import { credentialsService } from './credentials-service.ts';
import { fileSync } from './file-sync.ts';
import { openLocalCaches } from './local-caches.ts';
import type { OutputPlace } from './outputs.ts';
import { outputService } from './outputs.ts';
import { type SecretSource, secretsService } from './secrets.ts';
import { type SolveOutput, solve, type Typed } from './solve.ts';
import type { Sources } from './sources.ts';
import { type Agents, sshServices } from './ssh-agents.ts';

export interface BuildkitHost {
  readonly engine: EngineClient;
  readonly credentials: Pick<CredentialStore, 'get'>;
}

/** A build in the words of `docker build`. */
export interface BuildSettings {
  readonly args?: Readonly<Record<string, string>> | undefined;
  readonly labels?: Readonly<Record<string, string>> | undefined;
  readonly target?: string | undefined;
  readonly platforms?: readonly string[] | undefined;
  readonly pull?: boolean | undefined;
  readonly noCache?: boolean | undefined;
  /** Stages that don't use the cache. */
  readonly noCacheFilter?: readonly string[] | undefined;
  /** `default`, `host` or `none`. */
  readonly network?: string | undefined;
  /** `NAME:ADDRESS`. */
  readonly extraHosts?: readonly string[] | undefined;
  /** `nofile=10:20`. */
  readonly ulimits?: readonly string[] | undefined;
  /** Bytes. */
  readonly shmSize?: number | undefined;
  readonly cgroupParent?: string | undefined;
  readonly allow?: readonly string[] | undefined;
  readonly secrets?: readonly SecretSource[] | undefined;
  readonly agents?: Agents | undefined;
  readonly environment?: Readonly<Record<string, string | undefined>> | undefined;
  readonly cacheImports?: readonly Typed[] | undefined;
  readonly cacheExports?: readonly Typed[] | undefined;
  readonly exporters: readonly Typed[];
  readonly places?: ReadonlyMap<number, OutputPlace> | undefined;
  /** A question to the frontend instead of a build, such as `frontend.lint`. */
  readonly question?: string | undefined;
  /** Further attributes of the frontend, such as `attest:sbom`. */
  readonly attributes?: Readonly<Record<string, string>> | undefined;
}

/** Builds with BuildKit. Throws HostError. */
export async function buildWithBuildkit(
  { engine, credentials }: BuildkitHost,
  sources: Sources,
  settings: BuildSettings,
  onStatus: (status: StatusResponse) => void,
  signal: AbortSignal,
  ref?: string,
): Promise<SolveOutput> {
  const { cacheImports = [], cacheExports = [], environment = {} } = settings;
  const caches = await openLocalCaches(cacheImports, cacheExports);
  const services: Method[] = [
    ...caches.services,
    fileSync(sources.directories),
    credentialsService(credentials),
    secretsService(settings.secrets ?? [], environment),
    ...(settings.agents?.size ? sshServices(settings.agents) : []),
    ...(settings.places?.size ? [outputService(settings.places)] : []),
    ...sources.services,
  ];
  const hosts = await addressesOf(engine, settings.extraHosts ?? [], signal);
  const { network, allow = [] } = settings;
  const output = await solve(
    engine,
    {
      attributes: {
        ...sources.attributes,
        ...frontendAttributes({ ...settings, cacheImports: caches.imports }, hosts),
      },
      exporters: settings.question === undefined ? settings.exporters : [],
      ...{ cacheImports: caches.imports, cacheExports },
      entitlements: [...allow, ...(network === 'host' ? ['network.host'] : [])],
      isInternal: settings.question !== undefined,
      sharedKey: sources.sharedKey,
      services,
    },
    onStatus,
    signal,
    ref,
  );
  await caches.finish(output.response);
  return output;
}

function frontendAttributes(
  settings: BuildSettings,
  hosts: readonly string[],
): Record<string, string> {
  const { args, labels, target, platforms, network, ulimits, shmSize, cgroupParent } = settings;
  const { noCacheFilter = [], cacheImports = [], question } = settings;
  return {
    ...withPrefix('build-arg:', args),
    ...withPrefix('label:', labels),
    ...(target && { target }),
    ...(platforms?.length && { platform: platforms.join(',') }),
    'image-resolve-mode': settings.pull ? 'pull' : 'local',
    ...(settings.noCache && { 'no-cache': '' }),
    ...(noCacheFilter.length > 0 && { 'no-cache': noCacheFilter.join(',') }),
    ...networkMode(network),
    ...(hosts.length > 0 && { 'add-hosts': hosts.join(',') }),
    ...(ulimits?.length && { ulimit: ulimits.join(',') }),
    ...(shmSize && { 'shm-size': String(shmSize) }),
    ...(cgroupParent && { 'cgroup-parent': cgroupParent }),
    ...(cacheImports.length > 0 && { 'cache-imports': JSON.stringify(cacheImports) }),
    ...(question !== undefined && { requestid: question }),
    ...settings.attributes,
  };
}

function withPrefix(prefix: string, values: Readonly<Record<string, string>> = {}) {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [`${prefix}${name}`, value]),
  );
}

function networkMode(network: string | undefined): Record<string, string> {
  if (network === undefined || network === '' || network === 'default') return {};
  if (network === 'host' || network === 'none') return { 'force-network-mode': network };
  throw new HostError('invalid', `network mode "${network}" not supported by buildkit`, {
    hint: 'Use --network default, host or none.',
  });
}

/** The engine knows the address of `host-gateway`. */
async function addressesOf(
  engine: EngineClient,
  extraHosts: readonly string[],
  signal: AbortSignal,
): Promise<string[]> {
  const entries = extraHosts.map((entry) => entry.replace(':', '='));
  if (!entries.some((entry) => entry.endsWith('=host-gateway'))) return entries;
  using connection = await connectBuildkit(engine, signal);
  const { listWorkers } = Control.method;
  const { record } = await callUnary(connection.http2, listWorkers, {}, signal);
  const address = record[0]?.Labels['org.mobyproject.buildkit.worker.moby.host-gateway-ip'] ?? '';
  if (address === '') {
    throw new HostError('engine', "the engine doesn't know the address of host-gateway");
  }
  return entries.map((entry) => entry.replace(/=host-gateway$/, `=${address}`));
}

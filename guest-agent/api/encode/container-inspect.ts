import { logDriver } from '../../engine/containers/logs/log-config.ts';
import { type ContainerRecord, isActive } from '../../engine/containers/record/container.ts';
import type { Exec } from '../../engine/containers/record/exec-collection.ts';
import type { Health } from '../../engine/containers/record/health.ts';
import type { HealthConfig } from '../../engine/containers/request/health-config.ts';
import type { Engine } from '../../engine/engine.ts';
import { isBefore } from '../api-version.ts';
import type { Sizes } from './container-summary.ts';
import { encodeEndpoints } from './endpoint.ts';
import { encodeHostConfig } from './host-config.ts';
import { imageManifestDescriptor } from './image-manifest-descriptor.ts';
import { encodeMountPoints } from './mount-points.ts';
import { orNull, orUndefined } from './optional.ts';
import { portMap } from './ports.ts';

/** Go's zero time. */
const NEVER = '0001-01-01T00:00:00Z';

/** `ContainerInspectResponse` of the Engine API. */
export function containerInspect(
  record: ContainerRecord,
  execs: readonly Exec[],
  engine: Pick<Engine, 'directories' | 'networks' | 'images'>,
  sizes: Sizes | undefined,
  version: string,
) {
  const { directories, networks } = engine;
  const isLegacy = isBefore(version, '1.52');
  const { state, config } = record;
  const data = directories.container(record.id);
  return {
    Id: record.id,
    Created: record.createdAt,
    Path: record.argv[0] ?? '',
    Args: record.argv.slice(1),
    State: {
      Status: state.status,
      Running: isActive(record),
      Paused: state.status === 'paused',
      Restarting: state.status === 'restarting',
      OOMKilled: state.oomKilled,
      Dead: state.status === 'dead',
      Pid: state.pid,
      ExitCode: state.exitCode,
      Error: state.error,
      StartedAt: state.startedAt ?? NEVER,
      FinishedAt: state.finishedAt ?? NEVER,
      ...(state.health && { Health: encodeHealth(state.health) }),
    },
    Image: record.image,
    ResolvConfPath: `${data}/etc/resolv.conf`,
    HostnamePath: `${data}/etc/hostname`,
    HostsPath: `${data}/etc/hosts`,
    LogPath: logDriver(record.hostConfig.LogConfig) === 'none' ? '' : directories.log(record.id),
    Name: `/${record.name}`,
    RestartCount: state.restartCount,
    Driver: 'overlayfs',
    Platform: 'linux',
    MountLabel: '',
    ProcessLabel: '',
    AppArmorProfile: '',
    ExecIDs: runningExecs(execs),
    HostConfig: encodeHostConfig(record),
    ...(isLegacy
      ? {
          GraphDriver: {
            Name: 'overlayfs',
            Data: { ID: record.id, UpperDir: `${data}/upper`, WorkDir: `${data}/work` },
          },
        }
      : { Storage: { RootFS: { Snapshot: { Name: 'overlayfs' } } } }),
    ...(isBefore(version, '1.48')
      ? {}
      : { ImageManifestDescriptor: imageManifestDescriptor(engine, record) }),
    ...(sizes && { SizeRw: sizes.rw, SizeRootFs: sizes.rootFs }),
    Mounts: encodeMountPoints(record),
    Config: {
      ...config,
      ExposedPorts: orUndefined(config.ExposedPorts),
      Volumes: orNull(config.Volumes),
      OnBuild: isLegacy ? null : undefined,
      StopSignal: config.StopSignal ?? undefined,
      StopTimeout: config.StopTimeout ?? undefined,
      Healthcheck: config.Healthcheck ? encodeHealthConfig(config.Healthcheck) : undefined,
      Shell: config.Shell ?? undefined,
    },
    NetworkSettings: {
      SandboxID: state.pid === 0 ? '' : record.id,
      SandboxKey: state.pid === 0 ? '' : directories.networkNamespace(record.id),
      Ports: state.pid === 0 ? {} : portMap(record),
      ...(isLegacy && { ...neverUsed, ...firstEndpoint(record) }),
      Networks: encodeEndpoints(networks, record),
    },
  };
}

/** Fields that Docker has removed in API 1.52. Older clients still read them. */
const neverUsed = {
  Bridge: '',
  HairpinMode: false,
  LinkLocalIPv6Address: '',
  LinkLocalIPv6PrefixLen: 0,
  SecondaryIPAddresses: null,
  SecondaryIPv6Addresses: null,
};

function encodeHealth({ status, failingStreak, log }: Health) {
  return {
    Status: status,
    FailingStreak: failingStreak,
    Log: log.map(({ start, end, exitCode, output }) => ({
      Start: start,
      End: end,
      ExitCode: exitCode,
      Output: output,
    })),
  };
}

/** Settings that aren't given are omitted: Docker's defaults don't belong to the configuration. */
function encodeHealthConfig({ Test, ...settings }: HealthConfig) {
  const given = Object.entries(settings).filter(([, value]) => value !== 0);
  return { Test: orUndefined(Test), ...Object.fromEntries(given) };
}

function runningExecs(execs: readonly Exec[]): string[] | null {
  const ids = execs.filter(({ status }) => status === 'running').map(({ id }) => id);
  return ids.length > 0 ? ids : null;
}

/** The default bridge's endpoint, which older clients read instead of `Networks`. */
function firstEndpoint(record: ContainerRecord) {
  const bridge = record.endpoints.bridge;
  return {
    EndpointID: bridge?.endpointId ?? '',
    Gateway: bridge?.address ? bridge.gateway : '',
    IPAddress: bridge?.address ?? '',
    IPPrefixLen: bridge?.prefixLength ?? 0,
    IPv6Gateway: '',
    GlobalIPv6Address: '',
    GlobalIPv6PrefixLen: 0,
    MacAddress: bridge?.macAddress ?? '',
  };
}

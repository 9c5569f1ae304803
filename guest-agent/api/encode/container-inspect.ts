import type { HostConfig } from '../../engine/containers/config.ts';
import { type ContainerRecord, isActive } from '../../engine/containers/container.ts';
import type { Exec } from '../../engine/containers/exec-collection.ts';
import { parseLink } from '../../engine/containers/link.ts';
import type { Networks } from '../../engine/networks/networks.ts';
import type { Directories } from '../../runtime/directories.ts';
import { maskedPaths, readonlyPaths } from '../../runtime/spec/mounts.ts';
import type { Sizes } from './container-summary.ts';
import { encodeEndpoints } from './endpoint.ts';
import { encodeMountPoints } from './mount-points.ts';
import { portMap } from './ports.ts';

/** How Go writes a time that never was. */
const NEVER = '0001-01-01T00:00:00Z';

/** `ContainerInspectResponse` of the Engine API. */
export function containerInspect(
  record: ContainerRecord,
  execs: readonly Exec[],
  { directories, networks }: { readonly directories: Directories; readonly networks: Networks },
  sizes: Sizes | undefined,
) {
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
    },
    Image: record.image,
    ResolvConfPath: `${data}/etc/resolv.conf`,
    HostnamePath: `${data}/etc/hostname`,
    HostsPath: `${data}/etc/hosts`,
    LogPath: directories.log(record.id),
    Name: `/${record.name}`,
    RestartCount: state.restartCount,
    Driver: 'overlayfs',
    Platform: 'linux',
    MountLabel: '',
    ProcessLabel: '',
    AppArmorProfile: '',
    ExecIDs: runningExecs(execs),
    HostConfig: encodeHostConfig(record),
    GraphDriver: {
      Name: 'overlayfs',
      Data: { UpperDir: `${data}/upper`, WorkDir: `${data}/work` },
    },
    ...(sizes && { SizeRw: sizes.rw, SizeRootFs: sizes.rootFs }),
    Mounts: encodeMountPoints(record),
    Config: {
      ...config,
      ExposedPorts: orUndefined(config.ExposedPorts),
      Volumes: orNull(config.Volumes),
      OnBuild: null,
      StopSignal: config.StopSignal ?? undefined,
      StopTimeout: config.StopTimeout ?? undefined,
    },
    NetworkSettings: {
      Bridge: '',
      SandboxID: state.pid === 0 ? '' : record.id,
      SandboxKey: state.pid === 0 ? '' : directories.networkNamespace(record.id),
      Ports: state.pid === 0 ? {} : portMap(record),
      ...firstEndpoint(record),
      Networks: encodeEndpoints(networks, record),
    },
  };
}

function runningExecs(execs: readonly Exec[]): string[] | null {
  const ids = execs.filter(({ status }) => status === 'running').map(({ id }) => id);
  return ids.length > 0 ? ids : null;
}

/** What older clients read instead of `Networks`: the default bridge's endpoint. */
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

function encodeHostConfig(record: ContainerRecord) {
  const host: HostConfig = record.hostConfig;
  return {
    ...host,
    Binds: host.Binds.length > 0 ? host.Binds : null,
    Mounts: host.Mounts.length > 0 ? host.Mounts : undefined,
    Tmpfs: orUndefined(host.Tmpfs),
    ContainerIDFile: '',
    LogConfig: { Type: 'json-file', Config: {} },
    VolumeDriver: '',
    VolumesFrom: null,
    ConsoleSize: host.ConsoleSize ?? [0, 0],
    CapAdd: orNull(host.CapAdd),
    CapDrop: orNull(host.CapDrop),
    CgroupnsMode: host.CgroupnsMode || 'private',
    ExtraHosts: orNull(host.ExtraHosts),
    GroupAdd: orNull(host.GroupAdd),
    IpcMode: host.IpcMode || 'private',
    Cgroup: '',
    Links: encodeLinks(record),
    SecurityOpt: orNull(host.SecurityOpt),
    UsernsMode: '',
    ShmSize: host.ShmSize || 64 * 1024 * 1024,
    Sysctls: orUndefined(host.Sysctls),
    Runtime: 'crun',
    Isolation: '',
    CgroupParent: '',
    BlkioWeightDevice: [],
    CpuRealtimePeriod: 0,
    CpuRealtimeRuntime: 0,
    Devices: [],
    DeviceCgroupRules: null,
    DeviceRequests: null,
    MemorySwap: host.MemorySwap || host.Memory * 2,
    MemorySwappiness: null,
    OomKillDisable: null,
    PidsLimit: host.PidsLimit ?? null,
    Ulimits: host.Ulimits ?? [],
    CpuCount: 0,
    CpuPercent: 0,
    IOMaximumIOps: 0,
    IOMaximumBandwidth: 0,
    MaskedPaths: host.Privileged ? null : maskedPaths,
    ReadonlyPaths: host.Privileged ? null : readonlyPaths,
  };
}

/** Docker's form of links: "/target:/container/alias". */
function encodeLinks({ name, hostConfig }: ContainerRecord): string[] | null {
  const links = hostConfig.Links.map(parseLink);
  return links.length > 0 ? links.map(({ target, alias }) => `/${target}:/${name}/${alias}`) : null;
}

function orNull<T extends object>(value: T): T | null {
  return Object.keys(value).length > 0 ? value : null;
}

function orUndefined<T extends object>(value: T): T | undefined {
  return Object.keys(value).length > 0 ? value : undefined;
}

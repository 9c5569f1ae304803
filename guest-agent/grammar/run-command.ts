import { formatCpus } from './cpus.ts';
import type { Stream } from './create-request.ts';
import { formatDevice, formatDeviceWeight, formatOperations, formatThrottle } from './device.ts';
import { formatDuration } from './duration.ts';
import type { ContainerCreateRequest, HostConfig } from './engine-types.ts';
import { healthCommand, isNoHealthCheck } from './health-check.ts';
import { keyValueEntries } from './key-values.ts';
import { formatMount } from './mount.ts';
import { formatNetwork, joinOf, type NetworkJoin } from './network.ts';
import { NETWORK_RATE_LABEL } from './network-rate.ts';
import { formatPublish, portName, publishedPorts } from './port.ts';
import { formatRestartPolicy } from './restart-policy.ts';
import { formatSize } from './size.ts';
import { formatUlimit } from './ulimit.ts';
import { tmpfsEntries } from './volume.ts';

/** `berth` has a few flags that `docker` doesn't have. */
export type Program = 'berth' | 'docker';

export interface RunCommand {
  readonly program: Program;
  readonly request: ContainerCreateRequest;
  /** The query of POST /containers/create, which isn't part of the body. */
  readonly name?: string | undefined;
  readonly platform?: string | undefined;
}

/**
 * One flag: `true` for a flag without a value, a text for its value, a list for a repeated flag.
 */
type Value = boolean | string | number | readonly string[] | null | undefined;
type Row = readonly [flag: string, value: Value];

/** The command that sends the same request as this one, and starts the container. */
export function runCommand(command: RunCommand): string[] {
  const { program, request } = command;
  const [entrypoint = request.Entrypoint && '', ...entrypointArguments] = request.Entrypoint ?? [];
  const rows: readonly Row[] = [
    ...startRows(request),
    ['--name', command.name],
    ['--platform', command.platform],
    ...portRows(request),
    ...mountRows(request.HostConfig ?? {}, request.Volumes),
    ...configRows(request, program),
    ...limitRows(request.HostConfig ?? {}),
    ...networkRows(request),
    ...isolationRows(request.HostConfig ?? {}),
    // Berth doesn't have this flag: its engine ignores these options.
    ['--storage-opt', program === 'docker' && keyValueEntries(request.HostConfig?.StorageOpt)],
    ...healthRows(request),
    ['--entrypoint', entrypoint],
  ];
  return [
    ...[program, 'run', ...rows.flatMap(words), request.Image ?? ''],
    ...entrypointArguments,
    ...(request.Cmd ?? []),
  ];
}

function words([flag, value]: Row): string[] {
  if (value === undefined || value === null || value === false) return [];
  if (value === true) return [flag];
  return [value].flat().flatMap((each) => [flag, String(each)]);
}

/** Flags about attaching and removal. */
function startRows(request: ContainerCreateRequest): Row[] {
  const { OpenStdin = false, Tty = false, HostConfig = {} } = request;
  const attached: readonly (readonly [Stream, boolean | undefined])[] = [
    ['stdin', request.AttachStdin],
    ['stdout', request.AttachStdout],
    ['stderr', request.AttachStderr],
  ];
  const streams = attached.flatMap(([stream, isAttached]) => (isAttached ? [stream] : []));
  const usual = OpenStdin ? 'stdin,stdout,stderr' : 'stdout,stderr';
  return [
    ['-d', streams.length === 0],
    ['-it', OpenStdin && Tty],
    ['-i', OpenStdin && !Tty],
    ['-t', Tty && !OpenStdin],
    ['--attach', streams.join() === usual ? [] : streams],
    ['--rm', HostConfig.AutoRemove],
    ['--restart', HostConfig.RestartPolicy && formatRestartPolicy(HostConfig.RestartPolicy)],
    ['--init', HostConfig.Init],
  ];
}

function portRows({ HostConfig = {}, ExposedPorts }: ContainerCreateRequest): Row[] {
  const published = publishedPorts(HostConfig.PortBindings ?? {});
  const known = new Set(published.map(portName));
  return [
    ['--publish', published.map(formatPublish)],
    ['--publish-all', HostConfig.PublishAllPorts],
    ['--expose', Object.keys(ExposedPorts ?? {}).filter((port) => !known.has(port))],
  ];
}

function mountRows(host: HostConfig, volumes: ContainerCreateRequest['Volumes'] = {}): Row[] {
  return [
    ['--volume', [...(host.Binds ?? []), ...Object.keys(volumes)]],
    ['--mount', host.Mounts?.map(formatMount)],
    ['--tmpfs', tmpfsEntries(host.Tmpfs)],
    ['--volumes-from', host.VolumesFrom],
    ['--volume-driver', host.VolumeDriver],
    ['--read-only', host.ReadonlyRootfs],
    ['--shm-size', size(host.ShmSize)],
  ];
}

function configRows(request: ContainerCreateRequest, program: Program): Row[] {
  const { [NETWORK_RATE_LABEL]: rate, ...others } = request.Labels ?? {};
  const labels = program === 'berth' ? others : (request.Labels ?? {});
  return [
    ['--env', request.Env],
    ['--label', keyValueEntries(labels)],
    ['--network-rate', program === 'berth' ? rate : undefined],
    ['--hostname', request.Hostname],
    ['--domainname', request.Domainname],
    ['--user', request.User],
    ['--group-add', request.HostConfig?.GroupAdd],
    ['--workdir', request.WorkingDir],
    ['--stop-signal', request.StopSignal],
    ['--stop-timeout', request.StopTimeout],
  ];
}

function limitRows(host: HostConfig): Row[] {
  return [
    ['--cpus', host.NanoCpus === undefined ? undefined : formatCpus(host.NanoCpus)],
    ['--cpu-period', host.CpuPeriod],
    ['--cpu-quota', host.CpuQuota],
    ['--cpu-rt-period', host.CpuRealtimePeriod],
    ['--cpu-rt-runtime', host.CpuRealtimeRuntime],
    ['--cpu-shares', host.CpuShares],
    ['--cpuset-cpus', host.CpusetCpus],
    ['--cpuset-mems', host.CpusetMems],
    ['--memory', size(host.Memory)],
    ['--memory-reservation', size(host.MemoryReservation)],
    ['--memory-swap', size(host.MemorySwap)],
    ['--memory-swappiness', host.MemorySwappiness],
    ['--kernel-memory', size((host as { KernelMemory?: number }).KernelMemory)],
    ['--oom-kill-disable', host.OomKillDisable],
    ['--oom-score-adj', host.OomScoreAdj],
    ['--pids-limit', host.PidsLimit],
    ['--ulimit', host.Ulimits?.map(formatUlimit)],
    ['--blkio-weight', host.BlkioWeight],
    ['--blkio-weight-device', host.BlkioWeightDevice?.map(formatDeviceWeight)],
    ['--device-read-bps', host.BlkioDeviceReadBps?.map(formatThrottle)],
    ['--device-read-iops', host.BlkioDeviceReadIOps?.map(formatOperations)],
    ['--device-write-bps', host.BlkioDeviceWriteBps?.map(formatThrottle)],
    ['--device-write-iops', host.BlkioDeviceWriteIOps?.map(formatOperations)],
  ];
}

/** The first network's settings have separate flags, as far as these flags exist. */
function networkRows({ HostConfig = {}, NetworkingConfig }: ContainerCreateRequest): Row[] {
  const mode = HostConfig.NetworkMode;
  const joins = Object.entries(NetworkingConfig?.EndpointsConfig ?? {}).map(([name, endpoint]) =>
    joinOf(name, endpoint),
  );
  const isFirst = ({ name }: NetworkJoin) => name === (mode ?? 'default');
  const first = joins.find(isFirst);
  const own: NetworkJoin[] = mode === undefined ? [] : [{ name: mode, ...only(first) }];
  return [
    ['--network', [...own, ...joins.filter((join) => !isFirst(join))].map(formatNetwork)],
    ['--network-alias', first?.aliases],
    ['--ip', first?.ip],
    ['--ip6', first?.ip6],
    ['--mac-address', first?.macAddress],
    ['--link', first?.links ?? HostConfig.Links],
    ['--add-host', HostConfig.ExtraHosts],
    ['--dns', HostConfig.Dns],
    ['--dns-option', HostConfig.DnsOptions],
    ['--dns-search', HostConfig.DnsSearch],
  ];
}

/** The settings without a separate flag. */
const only = ({ driverOptions, gatewayPriority }: Partial<NetworkJoin> = {}) => ({
  ...{ driverOptions, gatewayPriority },
});

function isolationRows(host: HostConfig): Row[] {
  return [
    ['--privileged', host.Privileged],
    ['--cap-add', host.CapAdd],
    ['--cap-drop', host.CapDrop],
    ['--device', host.Devices?.map(formatDevice)],
    ['--device-cgroup-rule', host.DeviceCgroupRules],
    ['--security-opt', host.SecurityOpt],
    ['--sysctl', keyValueEntries(host.Sysctls ?? {})],
    ['--annotation', keyValueEntries(host.Annotations)],
    ['--cgroup-parent', host.CgroupParent],
    ['--cgroupns', host.CgroupnsMode],
    ['--ipc', host.IpcMode],
    ['--pid', host.PidMode],
    ['--userns', host.UsernsMode],
    ['--uts', host.UTSMode],
    ['--runtime', host.Runtime],
    ['--log-driver', host.LogConfig?.Type || undefined],
    ['--log-opt', keyValueEntries(host.LogConfig?.Config ?? {})],
  ];
}

function healthRows({ Healthcheck: check }: ContainerCreateRequest): Row[] {
  if (!check) return [];
  if (isNoHealthCheck(check)) return [['--no-healthcheck', true]];
  return [
    ['--health-cmd', healthCommand(check)],
    ['--health-interval', duration(check.Interval)],
    ['--health-retries', check.Retries],
    ['--health-start-interval', duration(check.StartInterval)],
    ['--health-start-period', duration(check.StartPeriod)],
    ['--health-timeout', duration(check.Timeout)],
  ];
}

const size = (bytes: number | undefined) => (bytes === undefined ? undefined : formatSize(bytes));

const duration = (nanoseconds: number | undefined) =>
  nanoseconds === undefined ? undefined : formatDuration(nanoseconds);

import { nanoCpus } from '../../../../guest-agent/grammar/cpus.ts';
import {
  type ContainerAsk,
  createRequest,
} from '../../../../guest-agent/grammar/create-request.ts';
import { defined } from '../../../../guest-agent/grammar/defined.ts';
import { parseDuration } from '../../../../guest-agent/grammar/duration.ts';
import type {
  ContainerCreateRequest,
  HealthConfig,
  HostConfig,
  RestartPolicy,
  Ulimit,
} from '../../../../guest-agent/grammar/engine-types.ts';
import { parseExtraHost } from '../../../../guest-agent/grammar/extra-host.ts';
import { NO_HEALTH_CHECK } from '../../../../guest-agent/grammar/health-check.ts';
import { keyValueEntries } from '../../../../guest-agent/grammar/key-values.ts';
import { parseLink } from '../../../../guest-agent/grammar/link.ts';
import type { NetworkJoin } from '../../../../guest-agent/grammar/network.ts';
import {
  type PortMapping,
  type Protocol,
  parseExposed,
} from '../../../../guest-agent/grammar/port.ts';
import { tmpfsMap } from '../../../../guest-agent/grammar/volume.ts';
import type { ServicePort } from '../file/port-schema.ts';
import type { Project, ProjectService } from '../file/project.ts';
import { entriesOf } from '../file/record.ts';
import { restartPolicyOf } from '../file/restart.ts';
import { referredService } from '../file/service-reference.ts';
import { serviceHash } from './hash.ts';
import { COMPOSE_VERSION, LABELS } from './labels.ts';
import { mountsOf } from './mounts.ts';

/** The inputs of a container's create request besides its service. */
export interface Placement {
  readonly name: string;
  readonly number: number;
  /** ID of the image. */
  readonly imageId: string;
  /** The ID of a service's container, for `service:NAME`. */
  readonly containerOf: (service: string) => string;
  /** Anonymous volumes of the replaced container, by path. */
  readonly inherited?: ReadonlyMap<string, string>;
  readonly replaces?: string;
  /** Set for a container of `run`. */
  readonly oneOff?: {
    /** Tells the containers of `run` apart. */
    readonly slug: string;
    readonly useAliases: boolean;
    readonly rm: boolean;
    readonly interactive: boolean;
  };
}

/** The body of POST /containers/create for a container of a service. */
export function containerRequest(
  project: Project,
  serviceName: string,
  service: ProjectService,
  placement: Placement,
): ContainerCreateRequest {
  const { environment, stop_grace_period } = service;
  return createRequest({
    image: service.image,
    command: service.command ?? undefined,
    entrypoint: service.entrypoint ?? undefined,
    env: keyValueEntries(environment),
    labels: { ...service.labels, ...containerLabels(project, serviceName, service, placement) },
    tty: service.tty,
    interactive: service.stdin_open,
    attach: placement.oneOff?.interactive ? ['stdin', 'stdout', 'stderr'] : ['stdout', 'stderr'],
    autoRemove: placement.oneOff?.rm,
    ports: (service.ports ?? []).map(portMapping),
    exposed: (service.expose ?? []).flatMap(parseExposed),
    mounts: mountsOf(project, service, placement.inherited),
    networks: networks(project, serviceName, service, placement),
    restart: restartPolicy(service),
    healthcheck: service.healthcheck && healthConfig(service.healthcheck),
    config: {
      Hostname: service.hostname,
      Domainname: service.domainname,
      User: service.user,
      WorkingDir: service.working_dir,
      StopSignal: service.stop_signal,
      StopTimeout:
        stop_grace_period === undefined
          ? undefined
          : Math.ceil((parseDuration(stop_grace_period) ?? 0) / 1e9),
    },
    host: hostSettings(service, placement),
  });
}

/** Networks of a service, the one with the highest priority first. */
function networkNames({ networks = {} }: ProjectService): string[] {
  const priority = (key: string) => networks[key]?.priority ?? 0;
  return Object.keys(networks).sort((a, b) => priority(b) - priority(a) || (a < b ? -1 : 1));
}

function containerLabels(
  project: Project,
  name: string,
  service: ProjectService,
  { number, imageId, replaces, oneOff }: Placement,
): Record<string, string> {
  const dependsOn = entriesOf(service.depends_on).map(
    ([other, { condition, restart = false }]) => `${other}:${condition}:${restart}`,
  );
  return {
    [LABELS.configHash]: serviceHash(service),
    ...(!oneOff && { [LABELS.number]: String(number) }),
    [LABELS.dependsOn]: dependsOn.join(','),
    [LABELS.image]: imageId,
    [LABELS.oneoff]: oneOff ? 'True' : 'False',
    ...(oneOff && { [LABELS.slug]: oneOff.slug }),
    [LABELS.project]: project.name,
    [LABELS.configFiles]: project.files.join(','),
    [LABELS.workingDirectory]: project.directory,
    [LABELS.service]: name,
    [LABELS.version]: COMPOSE_VERSION,
    ...(replaces === undefined ? {} : { [LABELS.replaces]: replaces }),
  };
}

/** Converts `service:NAME` to the engine's `container:ID`. */
function shared(mode: string | undefined, { containerOf }: Placement): string | undefined {
  const service = referredService(mode);
  return service === undefined ? mode : `container:${containerOf(service)}`;
}

function hostSettings(service: ProjectService, placement: Placement): HostSettings {
  const limits = service.deploy?.resources?.limits;
  const reservations = service.deploy?.resources?.reservations;
  const cpus = service.cpus ?? limits?.cpus;
  const bytes = (size: string | undefined) => (size === undefined ? undefined : Number(size));
  return {
    Annotations: service.annotations,
    CapAdd: service.cap_add,
    CapDrop: service.cap_drop,
    ...blkio(service.blkio_config),
    CpuRealtimePeriod: service.cpu_rt_period,
    CpuRealtimeRuntime: service.cpu_rt_runtime,
    DeviceRequests: deviceRequests(service),
    CgroupParent: service.cgroup_parent,
    CgroupnsMode: service.cgroup as HostConfig['CgroupnsMode'],
    CpuPeriod: service.cpu_period,
    CpuQuota: service.cpu_quota,
    CpuShares: service.cpu_shares,
    CpusetCpus: service.cpuset,
    NanoCpus: cpus === undefined ? undefined : nanoCpus(cpus),
    Memory: bytes(service.mem_limit ?? limits?.memory),
    MemoryReservation: bytes(service.mem_reservation ?? reservations?.memory),
    MemorySwap: bytes(service.memswap_limit),
    MemorySwappiness: bytes(service.mem_swappiness),
    PidsLimit: service.pids_limit ?? limits?.pids,
    OomKillDisable: service.oom_kill_disable,
    OomScoreAdj: service.oom_score_adj,
    DeviceCgroupRules: service.device_cgroup_rules,
    Devices: service.devices?.map(({ source, target = source, permissions }) => ({
      PathOnHost: source,
      PathInContainer: target,
      CgroupPermissions: permissions,
    })),
    Dns: service.dns,
    DnsOptions: service.dns_opt,
    DnsSearch: service.dns_search,
    ExtraHosts: service.extra_hosts?.map(parseExtraHost),
    GroupAdd: service.group_add,
    Init: service.init,
    IpcMode: shared(service.ipc, placement),
    LogConfig: service.logging && {
      Type: (service.logging.driver ?? '') as LogType,
      Config: service.logging.options ?? {},
    },
    PidMode: shared(service.pid, placement),
    Privileged: service.privileged,
    ReadonlyRootfs: service.read_only,
    Runtime: service.runtime,
    SecurityOpt: service.security_opt,
    ShmSize: bytes(service.shm_size),
    StorageOpt: service.storage_opt,
    Sysctls: service.sysctls,
    Tmpfs: service.tmpfs && tmpfsMap(service.tmpfs),
    Ulimits: service.ulimits && entriesOf(service.ulimits).map(ulimit),
    UsernsMode: service.userns_mode,
    UTSMode: service.uts,
    VolumesFrom: service.volumes_from?.map((entry) => {
      const [kind = '', name = ''] = entry.split(':');
      if (kind === 'container') return entry.slice('container:'.length);
      const mode = entry.slice(kind.length);
      return `${placement.containerOf(kind)}${name === '' ? '' : mode}`;
    }),
  };
}

/** GPUs and other devices of a driver, of `gpus` and of the reservations. */
function deviceRequests({ gpus = [], deploy }: ProjectService): HostSettings['DeviceRequests'] {
  const reserved = deploy?.resources?.reservations?.devices ?? [];
  const requests = [
    ...gpus.map((gpu) => ({ ...gpu, capabilities: [...(gpu.capabilities ?? []), 'gpu'] })),
    ...reserved,
  ];
  if (requests.length === 0) return undefined;
  return requests.map(({ driver, count, device_ids, capabilities = [], options }) => ({
    Driver: driver ?? '',
    Count: count ?? 0,
    ...(device_ids && { DeviceIDs: device_ids }),
    Capabilities: [capabilities],
    ...(options && { Options: options }),
  }));
}

function blkio(config: ProjectService['blkio_config']): HostSettings {
  const limits = (entries: readonly { path: string; rate: string }[] | undefined) =>
    entries?.map(({ path, rate }) => ({ Path: path, Rate: Number(rate) }));
  return {
    BlkioWeight: config?.weight,
    BlkioWeightDevice: config?.weight_device?.map(({ path: Path, weight: Weight }) => ({
      Path,
      Weight,
    })),
    BlkioDeviceReadBps: limits(config?.device_read_bps),
    BlkioDeviceReadIOps: limits(config?.device_read_iops),
    BlkioDeviceWriteBps: limits(config?.device_write_bps),
    BlkioDeviceWriteIOps: limits(config?.device_write_iops),
  };
}

type HostSettings = NonNullable<ContainerAsk['host']>;
type LogType = NonNullable<NonNullable<HostConfig['LogConfig']>['Type']>;
type ServiceUlimit = NonNullable<ProjectService['ulimits']>[string];

/** A limit of a service or of a build. */
export function ulimit([Name, limit]: [string, ServiceUlimit]): Ulimit {
  const {
    single,
    soft = single,
    hard = single,
  } = typeof limit === 'number' ? { single: limit } : limit;
  return { Name, ...defined({ Soft: soft, Hard: hard }) };
}

const portMapping = (port: ServicePort): PortMapping => ({
  hostIp: port.host_ip ?? '',
  hostPort: port.published === '0' ? '' : (port.published ?? ''),
  containerPort: port.target,
  protocol: port.protocol as Protocol,
});

/** `restart`, or the equivalent of `deploy.restart_policy`. */
function restartPolicy({ restart, deploy }: ProjectService): RestartPolicy {
  if (restart !== undefined) return restartPolicyOf(restart);
  const policy = deploy?.restart_policy;
  if (!policy) return { Name: 'no' };
  const names = { none: 'no', 'on-failure': 'on-failure', any: 'always' } as const;
  const name = names[(policy.condition ?? 'any') as keyof typeof names] ?? 'always';
  return { Name: name, MaximumRetryCount: name === 'on-failure' ? (policy.max_attempts ?? 0) : 0 };
}

function healthConfig(check: NonNullable<ProjectService['healthcheck']>): HealthConfig {
  if (check.disable) return NO_HEALTH_CHECK;
  const nanoseconds = (text: string | undefined) =>
    text === undefined ? undefined : parseDuration(text);
  return defined({
    Test: check.test,
    Interval: nanoseconds(check.interval),
    Timeout: nanoseconds(check.timeout),
    StartPeriod: nanoseconds(check.start_period),
    StartInterval: nanoseconds(check.start_interval),
    Retries: check.retries,
  });
}

function networks(
  project: Project,
  serviceName: string,
  service: ProjectService,
  placement: Placement,
): NetworkJoin[] {
  const mode = shared(service.network_mode, placement);
  if (mode !== undefined) return [{ name: mode }];
  const links = service.links?.map((link) => {
    const { target, alias } = parseLink(link);
    return `${placement.containerOf(target)}:${alias}`;
  });
  const isNamed = placement.oneOff?.useAliases ?? true;
  return networkNames(service).map((key) => {
    const settings = service.networks?.[key];
    return {
      name: project.networks[key]?.name ?? key,
      aliases: isNamed
        ? [placement.name, serviceName, ...(settings?.aliases ?? [])]
        : [placement.name],
      links,
      ip: settings?.ipv4_address,
      ip6: settings?.ipv6_address,
      macAddress: settings?.mac_address ?? service.mac_address,
      driverOptions: settings?.driver_opts,
      gatewayPriority: settings?.gw_priority,
    };
  });
}

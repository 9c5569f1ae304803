import type {
  ContainerCreateRequest,
  HostConfig,
} from '../../../../guest-agent/contract/engine-types.ts';
import type { EndpointRequest } from '../../engine/networks.ts';
import type { Project, ProjectService } from '../file/project.ts';
import { entriesOf } from '../file/record.ts';
import { parseNanoseconds } from '../file/units.ts';
import { serviceHash } from './hash.ts';
import { COMPOSE_VERSION, LABELS } from './labels.ts';
import { mountsOf } from './mounts.ts';

/** What the request for a container depends on besides its service. */
export interface Placement {
  readonly name: string;
  readonly number: number;
  /** ID of the image. */
  readonly imageId: string;
  /** ID of a container of a service, for `service:NAME`. */
  readonly containerOf: (service: string) => string;
  /** Anonymous volumes of the container that it replaces, by path. */
  readonly inherited?: ReadonlyMap<string, string>;
  readonly replaces?: string;
}

/** The body of POST /containers/create for a container of a service. */
export function containerRequest(
  project: Project,
  serviceName: string,
  service: ProjectService,
  placement: Placement,
): ContainerCreateRequest {
  const { healthcheck, environment = {} } = service;
  const networks = networkNames(service);
  return defined({
    Image: service.image,
    Cmd: service.command ?? undefined,
    Entrypoint: service.entrypoint ?? undefined,
    Env: Object.entries(environment).map(([name, value]) =>
      value === null ? name : `${name}=${value}`,
    ),
    Labels: { ...service.labels, ...containerLabels(project, serviceName, service, placement) },
    ExposedPorts: exposedPorts(service),
    Hostname: service.hostname,
    Domainname: service.domainname,
    User: service.user,
    WorkingDir: service.working_dir,
    Tty: service.tty ?? false,
    OpenStdin: service.stdin_open ?? false,
    AttachStdin: false,
    AttachStdout: true,
    AttachStderr: true,
    StopSignal: service.stop_signal,
    StopTimeout:
      service.stop_grace_period === undefined
        ? undefined
        : Math.ceil((parseNanoseconds(service.stop_grace_period) ?? 0) / 1e9),
    Healthcheck: healthcheck && healthConfig(healthcheck),
    HostConfig: hostConfig(project, service, placement),
    NetworkingConfig:
      networks.length === 0
        ? undefined
        : {
            EndpointsConfig: Object.fromEntries(
              networks.map((key) => [
                project.networks[key]?.name ?? key,
                endpoint(serviceName, service, key, placement),
              ]),
            ),
          },
  }) as ContainerCreateRequest;
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
  { number, imageId, replaces }: Placement,
): Record<string, string> {
  const dependsOn = entriesOf(service.depends_on).map(
    ([other, { condition, restart = false }]) => `${other}:${condition}:${restart}`,
  );
  return {
    [LABELS.configHash]: serviceHash(service),
    [LABELS.number]: String(number),
    [LABELS.dependsOn]: dependsOn.join(','),
    [LABELS.image]: imageId,
    [LABELS.oneoff]: 'False',
    [LABELS.project]: project.name,
    [LABELS.configFiles]: project.files.join(','),
    [LABELS.workingDirectory]: project.directory,
    [LABELS.service]: name,
    [LABELS.version]: COMPOSE_VERSION,
    ...(replaces === undefined ? {} : { [LABELS.replaces]: replaces }),
  };
}

function hostConfig(project: Project, service: ProjectService, placement: Placement): HostConfig {
  const limits = service.deploy?.resources?.limits;
  const reservations = service.deploy?.resources?.reservations;
  const cpus = service.cpus ?? limits?.cpus;
  const [first] = networkNames(service);
  const shared = (mode: string | undefined) =>
    mode?.replace(
      /^service:(.+)$/,
      (_, name: string) => `container:${placement.containerOf(name)}`,
    );
  const bytes = (size: string | undefined) => (size === undefined ? undefined : Number(size));
  return defined({
    ...mountsOf(project, service, placement.inherited),
    NetworkMode:
      shared(service.network_mode) ??
      (first === undefined ? undefined : (project.networks[first]?.name ?? first)),
    PortBindings: portBindings(service),
    RestartPolicy: restartPolicy(service),
    Annotations: service.annotations,
    CapAdd: service.cap_add,
    CapDrop: service.cap_drop,
    CgroupParent: service.cgroup_parent,
    CgroupnsMode: service.cgroup as HostConfig['CgroupnsMode'],
    CpuPeriod: service.cpu_period,
    CpuQuota: service.cpu_quota,
    CpuShares: service.cpu_shares,
    CpusetCpus: service.cpuset,
    NanoCpus: cpus === undefined ? undefined : Math.round(cpus * 1e9),
    Memory: bytes(service.mem_limit ?? limits?.memory),
    MemoryReservation: bytes(service.mem_reservation ?? reservations?.memory),
    MemorySwap: bytes(service.memswap_limit),
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
    ExtraHosts: service.extra_hosts?.map((entry) => entry.replace('=', ':')),
    GroupAdd: service.group_add,
    Init: service.init,
    IpcMode: shared(service.ipc),
    LogConfig: service.logging && {
      Type: (service.logging.driver ?? '') as NonNullable<HostConfig['LogConfig']>['Type'],
      Config: service.logging.options ?? {},
    },
    PidMode: shared(service.pid),
    Privileged: service.privileged,
    ReadonlyRootfs: service.read_only,
    Runtime: service.runtime,
    SecurityOpt: service.security_opt,
    ShmSize: bytes(service.shm_size),
    StorageOpt: service.storage_opt,
    Sysctls: service.sysctls,
    Ulimits:
      service.ulimits &&
      entriesOf(service.ulimits).map(([Name, limit]) => {
        const { soft, hard } =
          typeof limit === 'number'
            ? { soft: limit, hard: limit }
            : { soft: limit.soft ?? limit.single, hard: limit.hard ?? limit.single };
        return { Name, Soft: soft, Hard: hard };
      }),
    UsernsMode: service.userns_mode,
    UTSMode: service.uts,
    VolumesFrom: service.volumes_from?.map((entry) => {
      const [kind = '', name = ''] = entry.split(':');
      if (kind === 'container') return entry.slice('container:'.length);
      const mode = entry.slice(kind.length);
      return `${placement.containerOf(kind)}${name === '' ? '' : mode}`;
    }),
  }) as HostConfig;
}

const portName = ({ target, protocol }: { target: number; protocol: string }) =>
  `${target}/${protocol}`;

function exposedPorts({ ports = [], expose = [] }: ProjectService): Record<string, object> {
  const exposed = expose.flatMap((entry) => {
    const [range = '', protocol = 'tcp'] = entry.split('/');
    const [first = 0, last = first] = range.split('-').map(Number);
    return Array.from({ length: last - first + 1 }, (_, index) => `${first + index}/${protocol}`);
  });
  return Object.fromEntries([...exposed, ...ports.map(portName)].map((name) => [name, {}]));
}

function portBindings({ ports = [] }: ProjectService): HostConfig['PortBindings'] {
  const bindings: Record<string, { HostIp: string; HostPort: string }[]> = {};
  for (const port of ports) {
    bindings[portName(port)] ??= [];
    bindings[portName(port)]?.push({
      HostIp: port.host_ip ?? '',
      HostPort: port.published === '0' ? '' : (port.published ?? ''),
    });
  }
  return bindings;
}

/** `restart`, or what `deploy.restart_policy` means by it. */
function restartPolicy({ restart, deploy }: ProjectService): HostConfig['RestartPolicy'] {
  if (restart !== undefined) {
    const [name = '', count] = restart.split(':');
    return {
      Name: name as 'no' | 'always' | 'unless-stopped' | 'on-failure',
      MaximumRetryCount: Number(count ?? 0),
    };
  }
  const policy = deploy?.restart_policy;
  if (!policy) return { Name: 'no', MaximumRetryCount: 0 };
  const names = { none: 'no', 'on-failure': 'on-failure', any: 'always' } as const;
  const name = names[(policy.condition ?? 'any') as keyof typeof names] ?? 'always';
  return { Name: name, MaximumRetryCount: name === 'on-failure' ? (policy.max_attempts ?? 0) : 0 };
}

function healthConfig(check: NonNullable<ProjectService['healthcheck']>) {
  if (check.disable) return { Test: ['NONE'] };
  return defined({
    Test: check.test,
    Interval: check.interval === undefined ? undefined : parseNanoseconds(check.interval),
    Timeout: check.timeout === undefined ? undefined : parseNanoseconds(check.timeout),
    StartPeriod:
      check.start_period === undefined ? undefined : parseNanoseconds(check.start_period),
    StartInterval:
      check.start_interval === undefined ? undefined : parseNanoseconds(check.start_interval),
    Retries: check.retries,
  });
}

function endpoint(
  serviceName: string,
  service: ProjectService,
  key: string,
  { name, containerOf }: Placement,
): EndpointRequest {
  const settings = service.networks?.[key];
  const { ipv4_address, ipv6_address, driver_opts, gw_priority, mac_address } = settings ?? {};
  const links = service.links?.map((link) => {
    const [target = '', alias = target] = link.split(':');
    return `${containerOf(target)}:${alias}`;
  });
  return {
    Aliases: [name, serviceName, ...(settings?.aliases ?? [])],
    ...(links && { Links: links }),
    ...((ipv4_address ?? ipv6_address) !== undefined && {
      IPAMConfig: {
        ...(ipv4_address !== undefined && { IPv4Address: ipv4_address }),
        ...(ipv6_address !== undefined && { IPv6Address: ipv6_address }),
      },
    }),
    ...(driver_opts && { DriverOpts: driver_opts }),
    ...(gw_priority !== undefined && { GwPriority: gw_priority }),
    ...((mac_address ?? service.mac_address) !== undefined && {
      MacAddress: mac_address ?? service.mac_address ?? '',
    }),
  };
}

function defined(fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

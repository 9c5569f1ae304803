import type {
  ContainerCreateRequest,
  HostConfig,
  RestartPolicy,
} from '../../../guest-agent/contract/engine-types.ts';
import { NETWORK_RATE_LABEL } from '../../api/run.ts';
import { HostError } from '../../host/base/errors.ts';
import type { DockerConfig } from '../../host/docker-cli/docker-config.ts';
import { proxyEnvironment } from '../../host/proxy/proxy-environment.ts';
import { containerEnvironment, readEntryFile } from '../flags/environment.ts';
import { parseMount } from '../flags/mount.ts';
import { type PublishFlag, parsePublish } from '../flags/publish.ts';
import { keyValues } from '../flags/repeated.ts';
import { parseThrottle } from '../flags/throttle.ts';
import { parseUlimit } from '../flags/ulimit.ts';
import { bindFlag, parseVolume } from '../flags/volume.ts';
import { defined } from './defined.ts';
import { healthConfig } from './health-options.ts';
import { isolation } from './isolation-options.ts';
import { limits } from './limit-options.ts';
import { networks } from './networks.ts';
import type { ContainerOptions } from './options.ts';
import { parseRestartPolicy } from './restart-policy.ts';

/** What is asked for besides the flags. */
export interface ContainerAsked {
  readonly image: string;
  readonly command: readonly string[];
  readonly options: ContainerOptions;
  /** The streams that the caller attaches. */
  readonly attach: ReadonlySet<'stdin' | 'stdout' | 'stderr'>;
  /** Environment of the caller, for `--env NAME`. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Docker's, for what it says of proxies. */
  readonly config: DockerConfig;
}

/** The body of POST /containers/create. Throws HostError 'invalid' for flags that do not parse. */
export function createRequest(asked: ContainerAsked): ContainerCreateRequest {
  const { options, attach } = asked;
  const { anonymous, binds } = volumes(options.volume ?? []);
  const published = (options.publish ?? []).flatMap(parsePublish);
  const { networking, ...networkSettings } = networks(options);
  const chosen = containerEnvironment(options.envFile ?? [], options.env ?? [], asked.env);
  const names = chosen.map((entry) => entry.replace(/=.*/s, ''));
  const proxies = Object.entries(proxyEnvironment(asked.config, names));
  const environment = [...chosen, ...proxies.map(([name, value]) => `${name}=${value}`)];
  return {
    Image: asked.image,
    AttachStdin: attach.has('stdin'),
    AttachStdout: attach.has('stdout'),
    AttachStderr: attach.has('stderr'),
    OpenStdin: options.interactive ?? false,
    StdinOnce: attach.has('stdin'),
    Tty: options.tty ?? false,
    Labels: {
      ...keyValues([
        ...(options.labelFile ?? []).flatMap((path) => readEntryFile(path, 'label file')),
        ...(options.label ?? []),
      ]),
      ...(options.networkRate !== undefined && { [NETWORK_RATE_LABEL]: options.networkRate }),
    },
    ...defined({
      Cmd: asked.command.length > 0 ? [...asked.command] : undefined,
      Entrypoint: options.entrypoint === undefined ? undefined : [options.entrypoint],
      Env: environment.length > 0 ? environment : undefined,
      ExposedPorts: exposedPorts([...(options.expose ?? []).flatMap(parsePublish), ...published]),
      Domainname: options.domainname,
      Healthcheck: healthConfig(options),
      Hostname: options.hostname,
      StopSignal: options.stopSignal,
      StopTimeout: options.stopTimeout,
      User: options.user,
      Volumes: anonymous.length > 0 ? emptyEntries(anonymous) : undefined,
      WorkingDir: options.workdir,
    }),
    HostConfig: {
      ...hostConfig(options, binds),
      ...defined({ PortBindings: portBindings(published), ...networkSettings }),
    },
    ...defined({ NetworkingConfig: networking }),
  };
}

function hostConfig(options: ContainerOptions, binds: string[]): HostConfig {
  return {
    AutoRemove: options.rm ?? false,
    ...defined({
      ...limits(options),
      ...isolation(options),
      Binds: binds.length > 0 ? binds : undefined,
      BlkioDeviceReadBps: options.deviceReadBps?.map(parseThrottle),
      BlkioDeviceReadIOps: options.deviceReadIops?.map(parseThrottle),
      BlkioDeviceWriteBps: options.deviceWriteBps?.map(parseThrottle),
      BlkioDeviceWriteIOps: options.deviceWriteIops?.map(parseThrottle),
      CapAdd: list(options.capAdd),
      CapDrop: list(options.capDrop),
      Dns: list(options.dns),
      DnsOptions: list(options.dnsOption),
      DnsSearch: list(options.dnsSearch),
      ExtraHosts: list(options.addHost),
      GroupAdd: list(options.groupAdd),
      Init: options.init,
      Mounts: options.mount?.map(parseMount),
      OomKillDisable: options.oomKillDisable,
      Privileged: options.privileged,
      PublishAllPorts: options.publishAll,
      ReadonlyRootfs: options.readOnly,
      RestartPolicy: restartPolicy(options),
      ShmSize: options.shmSize,
      Sysctls: options.sysctl && keyValues(options.sysctl),
      Tmpfs: options.tmpfs && tmpfs(options.tmpfs),
      Ulimits: options.ulimit?.map(parseUlimit),
    }),
  };
}

const list = (values: readonly string[] | undefined) => values && [...values];

const emptyEntries = (names: readonly string[]) =>
  Object.fromEntries(names.map((name) => [name, {}]));

function volumes(flags: readonly string[]): { anonymous: string[]; binds: string[] } {
  const anonymous: string[] = [];
  const binds: string[] = [];
  for (const flag of flags) {
    const volume = parseVolume(flag);
    if (volume.kind === 'bind') binds.push(bindFlag(volume));
    else if (volume.kind === 'volume') binds.push(flag);
    else anonymous.push(volume.target);
  }
  return { anonymous, binds };
}

const portName = ({ containerPort, protocol }: PublishFlag) => `${containerPort}/${protocol}`;

function exposedPorts(ports: readonly PublishFlag[]): Record<string, object> | undefined {
  return ports.length > 0 ? emptyEntries(ports.map(portName)) : undefined;
}

function portBindings(ports: readonly PublishFlag[]): HostConfig['PortBindings'] | undefined {
  if (ports.length === 0) return undefined;
  const bindings: Record<string, { HostIp: string; HostPort: string }[]> = {};
  for (const port of ports) {
    bindings[portName(port)] ??= [];
    bindings[portName(port)]?.push({ HostIp: port.hostIp, HostPort: port.hostPort });
  }
  return bindings;
}

/** `/run:size=64m` entries, by path. */
function tmpfs(flags: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    flags.map((flag) => {
      const colon = flag.indexOf(':');
      return colon < 0 ? [flag, ''] : [flag.slice(0, colon), flag.slice(colon + 1)];
    }),
  );
}

function restartPolicy({ restart, rm }: ContainerOptions): RestartPolicy | undefined {
  if (restart === undefined || restart === 'no') return undefined;
  if (rm) {
    throw new HostError('invalid', 'conflicting options: cannot specify both --restart and --rm');
  }
  return parseRestartPolicy(restart);
}

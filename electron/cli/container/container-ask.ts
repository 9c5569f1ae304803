import {
  type ContainerAsk,
  checkAsk,
  createRequest,
  type Stream,
} from '../../../guest-agent/grammar/create-request.ts';
import { parseOperations, parseThrottle } from '../../../guest-agent/grammar/device.ts';
import type { ContainerCreateRequest } from '../../../guest-agent/grammar/engine-types.ts';
import { parseExtraHost } from '../../../guest-agent/grammar/extra-host.ts';
import { keyValues, splitEntry } from '../../../guest-agent/grammar/key-values.ts';
import { parseExposed, parsePublish } from '../../../guest-agent/grammar/port.ts';
import { parseRestartPolicy } from '../../../guest-agent/grammar/restart-policy.ts';
import { parseUlimit } from '../../../guest-agent/grammar/ulimit.ts';
import { tmpfsMap } from '../../../guest-agent/grammar/volume.ts';
import type { DockerConfig } from '../../host/docker-cli/docker-config.ts';
import { proxyEnvironment } from '../../host/proxy/proxy-environment.ts';
import { containerEnvironment, readEntryFile } from '../flags/environment.ts';
import { mountFlag, volumeFlag } from '../flags/host-folder.ts';
import { healthConfig } from './health-options.ts';
import { isolation } from './isolation-options.ts';
import { limits } from './limit-options.ts';
import { networks } from './networks.ts';
import type { ContainerOptions } from './options.ts';

/** A command line, and the surroundings that it depends on. */
export interface CommandLine {
  readonly image: string;
  readonly command: readonly string[];
  readonly options: ContainerOptions;
  /** The streams that the caller attaches. */
  readonly attach: ReadonlySet<Stream>;
  /** Environment of the caller, for `--env NAME`. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Docker's configuration, for its proxies. */
  readonly config: DockerConfig;
  /** [rows, columns] of the caller's terminal. */
  readonly consoleSize?: [number, number] | undefined;
}

/** The container that the flags describe, and the engine's request for it. */
export interface AskedContainer {
  readonly ask: ContainerAsk;
  readonly request: ContainerCreateRequest;
}

/**
 * Throws GrammarError or HostError 'invalid' for flags that don't parse or contradict each other.
 */
export function askedContainer(line: CommandLine): AskedContainer {
  const ask = containerAsk(line);
  checkAsk(ask);
  return { ask, request: createRequest(ask) };
}

function containerAsk(line: CommandLine): ContainerAsk {
  const { options } = line;
  return {
    image: line.image,
    command: line.command,
    entrypoint: options.entrypoint === undefined ? undefined : [options.entrypoint],
    env: environment(line),
    labels: keyValues([
      ...(options.labelFile ?? []).flatMap((path) => readEntryFile(path, 'label file')),
      ...(options.label ?? []),
    ]),
    networkRate: options.networkRate,
    tty: options.tty,
    interactive: options.interactive,
    attach: [...line.attach],
    ports: (options.publish ?? []).flatMap(parsePublish),
    exposed: (options.expose ?? []).flatMap(parseExposed),
    volumes: (options.volume ?? []).map(volumeFlag),
    mounts: (options.mount ?? []).map(mountFlag),
    networks: networks(options),
    links: options.link,
    restart: options.restart === undefined ? undefined : parseRestartPolicy(options.restart),
    autoRemove: options.rm,
    healthcheck: healthConfig(options),
    config: {
      Domainname: options.domainname,
      Hostname: options.hostname,
      StopSignal: options.stopSignal,
      StopTimeout: options.stopTimeout,
      User: options.user,
      WorkingDir: options.workdir,
    },
    host: { ...hostSettings(options), ConsoleSize: line.consoleSize },
  };
}

/** Like Docker's client, adds the proxies from Docker's configuration. */
function environment({ options, env, config }: CommandLine): string[] {
  const chosen = containerEnvironment(options.envFile ?? [], options.env ?? [], env);
  const names = chosen.map((entry) => splitEntry(entry)[0]);
  const proxies = Object.entries(proxyEnvironment(config, names));
  return [...chosen, ...proxies.map(([name, value]) => `${name}=${value}`)];
}

function hostSettings(options: ContainerOptions): NonNullable<ContainerAsk['host']> {
  return {
    ...limits(options),
    ...isolation(options),
    BlkioDeviceReadBps: options.deviceReadBps?.map(parseThrottle),
    BlkioDeviceReadIOps: options.deviceReadIops?.map(parseOperations),
    BlkioDeviceWriteBps: options.deviceWriteBps?.map(parseThrottle),
    BlkioDeviceWriteIOps: options.deviceWriteIops?.map(parseOperations),
    CapAdd: list(options.capAdd),
    CapDrop: list(options.capDrop),
    Dns: list(options.dns),
    DnsOptions: list(options.dnsOption),
    DnsSearch: list(options.dnsSearch),
    ExtraHosts: options.addHost?.map(parseExtraHost),
    GroupAdd: list(options.groupAdd),
    Init: options.init,
    OomKillDisable: options.oomKillDisable,
    Privileged: options.privileged,
    PublishAllPorts: options.publishAll,
    ReadonlyRootfs: options.readOnly,
    ShmSize: options.shmSize,
    Sysctls: options.sysctl && keyValues(options.sysctl),
    Tmpfs: options.tmpfs && tmpfsMap(options.tmpfs),
    Ulimits: options.ulimit?.map(parseUlimit),
  };
}

const list = (values: readonly string[] | undefined) => values && [...values];

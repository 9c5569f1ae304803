import type {
  ContainerCreateRequest,
  HostConfig,
} from '../../../guest-agent/contract/engine-types.ts';
import { containerDisk, type PortRequest, type RunRequest } from '../../api/run.ts';
import { labelsOf, volumeFlag } from '../../api/run-command.ts';

/** The body of POST /containers/create: the one that `runCommand(request)` sends too. */
export function createRequest(request: RunRequest): ContainerCreateRequest {
  const { mounts = [], ports = [], env = [], command = [] } = request;
  const anonymous = mounts.filter(({ source }) => source === undefined);
  return {
    Image: request.image,
    AttachStdin: false,
    AttachStdout: false,
    AttachStderr: false,
    OpenStdin: request.tty,
    StdinOnce: false,
    Tty: request.tty,
    Labels: labelsOf(request),
    ...(command.length > 0 && { Cmd: command }),
    ...(request.entrypoint !== undefined && { Entrypoint: [request.entrypoint] }),
    ...(env.length > 0 && { Env: env }),
    ...(ports.length > 0 && { ExposedPorts: emptyEntries(ports.map(portName)) }),
    ...(request.hostname !== undefined && { Hostname: request.hostname }),
    ...(request.user !== undefined && { User: request.user }),
    ...(request.workdir !== undefined && { WorkingDir: request.workdir }),
    ...(anonymous.length > 0 && { Volumes: emptyEntries(anonymous.map(({ target }) => target)) }),
    HostConfig: hostConfig(request),
  };
}

function hostConfig(request: RunRequest): HostConfig {
  const { ports = [], mounts = [], restart = 'no', restartCount = 0 } = request;
  const binds = mounts.filter(({ source }) => source !== undefined).map(volumeFlag);
  return {
    AutoRemove: request.autoRemove ?? false,
    ...(binds.length > 0 && { Binds: binds }),
    ...(ports.length > 0 && { PortBindings: portBindings(ports) }),
    ...(request.memory !== undefined && { Memory: request.memory }),
    ...(request.cpus !== undefined && { NanoCpus: Math.round(request.cpus * 1e9) }),
    ...(request.pids !== undefined && { PidsLimit: request.pids }),
    ...(request.diskRead !== undefined && { BlkioDeviceReadBps: diskRate(request.diskRead) }),
    ...(request.diskWrite !== undefined && { BlkioDeviceWriteBps: diskRate(request.diskWrite) }),
    ...(restart === 'on-failure' && {
      RestartPolicy: { Name: restart, MaximumRetryCount: restartCount },
    }),
    ...((restart === 'always' || restart === 'unless-stopped') && {
      RestartPolicy: { Name: restart },
    }),
    ...(request.network !== undefined && { NetworkMode: request.network }),
    ...(request.readOnly && { ReadonlyRootfs: true }),
    ...(request.privileged && { Privileged: true }),
    ...(request.init && { Init: true }),
  };
}

const diskRate = (rate: number) => [{ Path: containerDisk, Rate: rate }];

const portName = ({ containerPort, protocol }: PortRequest) => `${containerPort}/${protocol}`;

const emptyEntries = (names: readonly string[]) =>
  Object.fromEntries(names.map((name) => [name, {}]));

function portBindings(ports: readonly PortRequest[]): NonNullable<HostConfig['PortBindings']> {
  const bindings: Record<string, { HostIp: string; HostPort: string }[]> = {};
  for (const port of ports) {
    const { address = '', hostPort } = port;
    const binding = { HostIp: address, HostPort: hostPort?.toString() ?? '' };
    bindings[portName(port)] = [...(bindings[portName(port)] ?? []), binding];
  }
  return bindings;
}

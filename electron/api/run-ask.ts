import { guestDisks } from '../../guest-agent/contract/paths.ts';
import { nanoCpus } from '../../guest-agent/grammar/cpus.ts';
import type { ContainerAsk } from '../../guest-agent/grammar/create-request.ts';
import { formatNetworkRate } from '../../guest-agent/grammar/network-rate.ts';
import type { MountRequest, PortRequest, RunRequest } from './run.ts';

/** What the form asks for, in the grammar's terms. */
export function askOf(request: RunRequest): ContainerAsk {
  const { cpus, restart = 'no', restartCount = 0 } = request;
  return {
    image: request.image,
    command: request.command,
    entrypoint: request.entrypoint === undefined ? undefined : [request.entrypoint],
    env: request.env,
    labels: request.labels,
    networkRate: formatNetworkRate({ egress: request.networkOut, ingress: request.networkIn }),
    tty: request.tty,
    interactive: request.tty,
    ports: (request.ports ?? []).map(portMapping),
    volumes: (request.mounts ?? []).map(volume),
    networks: request.network === undefined ? [] : [{ name: request.network }],
    restart:
      restart === 'on-failure'
        ? { Name: restart, MaximumRetryCount: restartCount }
        : { Name: restart },
    autoRemove: request.autoRemove,
    config: { Hostname: request.hostname, User: request.user, WorkingDir: request.workdir },
    host: {
      Memory: request.memory,
      NanoCpus: cpus === undefined ? undefined : nanoCpus(cpus),
      PidsLimit: request.pids,
      BlkioDeviceReadBps: diskRate(request.diskRead),
      BlkioDeviceWriteBps: diskRate(request.diskWrite),
      ReadonlyRootfs: request.readOnly || undefined,
      Privileged: request.privileged || undefined,
      Init: request.init || undefined,
    },
  };
}

const portMapping = ({ address = '', hostPort, containerPort, protocol }: PortRequest) => ({
  ...{ hostIp: address, hostPort: hostPort?.toString() ?? '', containerPort, protocol },
});

const volume = ({ source, target, readOnly }: MountRequest) => ({
  ...(source !== undefined && { source, ...(readOnly && { options: ['ro'] }) }),
  target,
});

/** A rate limit for the VM's data disk, which has the containers' files. */
const diskRate = (rate: number | undefined) =>
  rate === undefined ? undefined : [{ Path: guestDisks.data, Rate: rate }];

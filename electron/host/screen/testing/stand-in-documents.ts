import type { StandInLog } from './stand-in-log.ts';
import type { StandInShell } from './stand-in-shell.ts';
import type { StandInStats } from './stand-in-stats.ts';

export interface StandInContainer {
  readonly id: string;
  name: string;
  readonly image: string;
  readonly imageId: string;
  readonly tty: boolean;
  readonly created: number;
  readonly labels: Readonly<Record<string, string>>;
  readonly ports: readonly { readonly port: number; readonly containerPort: number }[];
  readonly health: 'starting' | 'healthy' | 'unhealthy' | undefined;
  /** `NAME=value`. */
  readonly environment: readonly string[];
  /** Paths of the shells that it has. */
  readonly shells: readonly string[];
  /** As `POST /containers/{id}/update` changes it. */
  readonly hostConfig: object;
  state: 'created' | 'running' | 'paused' | 'exited';
  startedAt: Date;
  exitCode: number;
  /** Resolves when the present run has ended. */
  ended: PromiseWithResolvers<void>;
  shell: StandInShell | undefined;
  /** What its terminal showed in earlier runs. */
  written: string;
  /** What it wrote without a terminal. */
  readonly log: StandInLog;
  readonly stats: StandInStats;
  /** What it was created with. */
  readonly request: object;
  /** Names of the volumes that it has. */
  readonly volumes: readonly string[];
  /** Names of the networks that it is on, to its address there. */
  readonly networks: Map<string, string>;
}

/** A row of GET /containers/json. */
export function summaryOf(container: StandInContainer): object {
  const { id, name, image, imageId, created, state, exitCode, labels, ports, health } = container;
  const { startedAt, tty } = container;
  const checked = health === 'starting' ? ' (health: starting)' : health ? ` (${health})` : '';
  const running = state === 'running';
  return {
    Id: id,
    Names: [`/${name}`],
    Image: image,
    ImageID: imageId,
    Command: 'sh',
    Created: created,
    State: state,
    Status: state === 'exited' ? `Exited (${exitCode}) 1 second ago` : `Up 1 second${checked}`,
    Labels: labels,
    Ports: running
      ? ports.flatMap(({ port, containerPort }) =>
          ['0.0.0.0', '::'].map((IP) => ({
            ...{ IP, PublicPort: port, PrivatePort: containerPort },
            Type: 'tcp',
          })),
        )
      : [],
    Mounts: container.volumes.map((volume) => ({
      ...{ Type: 'volume', Name: volume, Destination: '/data' },
    })),
    NetworkSettings: {
      Networks: Object.fromEntries(
        [...container.networks].map(([network, address]) => [
          network,
          { IPAddress: running ? address : '', MacAddress: '', Aliases: null },
        ]),
      ),
    },
    Berth: {
      ...(state !== 'created' && { StartedAt: startedAt.toISOString() }),
      ExitCode: exitCode,
      ...(health && { Health: health }),
      Interactive: tty,
    },
  };
}

/** GET /containers/{id}/json. */
export function detailsOf(container: StandInContainer): object {
  const { id, name, image, imageId, tty, state, exitCode, startedAt, health, ports } = container;
  const results = [{ Start: startedAt.toISOString(), ExitCode: 0, Output: 'ready\n' }];
  return {
    Id: id,
    Name: `/${name}`,
    Image: imageId,
    RestartCount: 0,
    State: {
      Status: state,
      Running: state === 'running' || state === 'paused',
      ExitCode: exitCode,
      StartedAt: startedAt.toISOString(),
      ...(health ? { Health: { Status: health, FailingStreak: 0, Log: results } } : {}),
    },
    Config: {
      Image: image,
      Hostname: id.slice(0, 12),
      Tty: tty,
      OpenStdin: tty,
      Env: container.environment,
      Cmd: ['sh', '-c', 'serve --all'],
      Entrypoint: null,
      Labels: container.labels,
      WorkingDir: '/srv',
    },
    HostConfig: {
      NetworkMode: 'bridge',
      PortBindings: Object.fromEntries(
        ports.map(({ port, containerPort }) => [
          `${containerPort}/tcp`,
          [{ HostIp: '', HostPort: String(port) }],
        ]),
      ),
      ...container.hostConfig,
    },
    Mounts: [{ Type: 'volume', Name: 'data', Source: '/data', Destination: '/srv/data', RW: true }],
    NetworkSettings: {
      Ports: {},
      Networks: { bridge: { IPAddress: '172.17.0.2', Gateway: '172.17.0.1', Aliases: null } },
    },
  };
}

import type { BerthSummary } from '../../contract/endpoints/container-summary.ts';
import type { ContainerRecord } from '../../engine/containers/record/container.ts';
import type { Engine } from '../../engine/engine.ts';
import { isBefore } from '../api-version.ts';
import { duration } from './duration.ts';
import { encodeEndpoints } from './endpoint.ts';
import { imageManifestDescriptor } from './image-manifest-descriptor.ts';
import { encodeMountPoints } from './mount-points.ts';
import { orUndefined } from './optional.ts';
import { listedPorts } from './ports.ts';

export interface Sizes {
  readonly rw: number;
  readonly rootFs: number;
}

/**
 * `ContainerSummary` of the Engine API: a row of `docker ps`, plus the fields for Berth's own
 * lists.
 */
export function containerSummary(
  engine: Pick<Engine, 'networks' | 'images'>,
  record: ContainerRecord,
  sizes: Sizes | undefined,
  version: string,
  linkNames: readonly string[] = [],
) {
  const { health } = record.state;
  return {
    Id: record.id,
    Names: [`/${record.name}`, ...linkNames],
    Image: record.config.Image,
    ImageID: record.image,
    ...(isBefore(version, '1.48')
      ? {}
      : { ImageManifestDescriptor: imageManifestDescriptor(engine, record) }),
    Command: commandText(record),
    Created: Math.floor(Date.parse(record.createdAt) / 1000),
    Ports: listedPorts(record),
    ...(sizes && { SizeRw: sizes.rw, SizeRootFs: sizes.rootFs }),
    Labels: record.config.Labels,
    State: record.state.status,
    Status: statusText(record),
    HostConfig: {
      NetworkMode: record.hostConfig.NetworkMode,
      Annotations: orUndefined(record.hostConfig.Annotations),
    },
    NetworkSettings: { Networks: encodeEndpoints(engine.networks, record) },
    Mounts: encodeMountPoints(record),
    ...(isBefore(version, '1.52')
      ? {}
      : {
          Health: { Status: health?.status ?? 'none', FailingStreak: health?.failingStreak ?? 0 },
        }),
    Berth: berthSummary(record),
  };
}

/** Fields for lists that Docker's API lacks (docs/engine-api.md). */
export function berthSummary({ config, state }: ContainerRecord): BerthSummary {
  const { startedAt, finishedAt, exitCode, oomKilled, health } = state;
  return {
    ...(startedAt !== null && { StartedAt: startedAt }),
    ...(finishedAt !== null && { FinishedAt: finishedAt }),
    ExitCode: exitCode,
    ...(oomKilled && { OOMKilled: true as const }),
    ...(health && { Health: health.status }),
    Interactive: config.Tty && config.OpenStdin,
  };
}

/** The command as Docker shows it: arguments with a space in quotes. */
function commandText({ argv: [command, ...words] }: ContainerRecord): string {
  return [command, ...words.map((word) => (word.includes(' ') ? `'${word}'` : word))].join(' ');
}

/** "Up 3 minutes", "Exited (0) 2 hours ago" and the like, in Docker's words. */
export function statusText(record: ContainerRecord, now = Date.now()): string {
  const { status, exitCode, startedAt, finishedAt } = record.state;
  const since = (time: string | null) => duration(now - Date.parse(time ?? record.createdAt));
  switch (status) {
    case 'created':
      return 'Created';
    case 'running':
      return `Up ${since(startedAt)}${healthText(record)}`;
    case 'paused':
      return `Up ${since(startedAt)} (Paused)`;
    case 'restarting':
      return `Restarting (${exitCode}) ${since(finishedAt)} ago`;
    case 'exited':
      return `Exited (${exitCode}) ${since(finishedAt)} ago`;
    case 'removing':
      return 'Removal In Progress';
    case 'dead':
      return 'Dead';
  }
}

function healthText({ state: { health } }: ContainerRecord): string {
  if (!health) return '';
  return health.status === 'starting' ? ' (health: starting)' : ` (${health.status})`;
}

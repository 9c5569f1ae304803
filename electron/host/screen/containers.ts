import {
  type Container,
  type ContainerPort,
  containerPortSchema,
  containerSchema,
} from '../../api/containers.ts';
import type { EngineClient } from '../engine/connection/client.ts';
import type { ContainerSummary, ContainerPort as EnginePort } from '../engine/container-schemas.ts';
import { listContainers } from '../engine/containers.ts';

/** All containers. */
export async function readContainers(client: EngineClient): Promise<Container[]> {
  return (await listContainers(client, { all: true })).map(rowOf);
}

function rowOf(summary: ContainerSummary): Container {
  const state = containerSchema.shape.state.catch('dead').parse(summary.State);
  const { StartedAt, FinishedAt, ExitCode, OOMKilled, Health } = summary.Berth ?? {};
  const { Interactive = false } = summary.Berth ?? {};
  const runs = state === 'running' || state === 'paused';
  return {
    id: summary.Id,
    name: (summary.Names[0] ?? summary.Id.slice(0, 12)).replace(/^\//, ''),
    image: summary.Image,
    imageId: summary.ImageID,
    command: summary.Command,
    state,
    ...projectOf(summary.Labels),
    ports: portsOf(summary.Ports),
    interactive: runs && Interactive,
    createdAt: new Date(summary.Created * 1000).toISOString(),
    ...(runs && StartedAt !== undefined && { startedAt: new Date(StartedAt).toISOString() }),
    ...(state === 'running' && Health !== undefined && { health: Health }),
    ...(state === 'exited' && ExitCode !== undefined && { exitCode: ExitCode }),
    ...(state === 'exited' && OOMKilled && { outOfMemory: true }),
    ...(state === 'exited' &&
      FinishedAt !== undefined && { finishedAt: new Date(FinishedAt).toISOString() }),
  };
}

/** Compose marks a project's containers with labels. */
function projectOf(labels: Readonly<Record<string, string>>) {
  const project = labels['com.docker.compose.project'];
  const service = labels['com.docker.compose.service'];
  return { ...(project ? { project } : {}), ...(service ? { service } : {}) };
}

const ALL_ADDRESSES = ['0.0.0.0', '::'];

/** Lists a port on all addresses of both families once. */
function portsOf(ports: readonly EnginePort[]): ContainerPort[] {
  const published = ports.flatMap(({ IP = '0.0.0.0', PublicPort, PrivatePort, Type }) => {
    const protocol = containerPortSchema.shape.protocol.safeParse(Type);
    if (PublicPort === undefined || !protocol.success) return [];
    const address = ALL_ADDRESSES.includes(IP) ? '0.0.0.0' : IP;
    return [{ address, port: PublicPort, containerPort: PrivatePort, protocol: protocol.data }];
  });
  const different = new Map(published.map((port) => [JSON.stringify(port), port]));
  return [...different.values()].sort((a, b) => a.port - b.port);
}

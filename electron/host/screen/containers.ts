import * as z from 'zod';
import {
  type Container,
  type ContainerPort,
  containerPortSchema,
  containerSchema,
} from '../../api/containers.ts';
import { HostError } from '../base/errors.ts';
import type { EngineClient } from '../engine/connection/client.ts';
import type { ContainerSummary, ContainerPort as EnginePort } from '../engine/container-schemas.ts';
import { inspectContainer, listContainers } from '../engine/containers.ts';

/** All containers. The list doesn't contain start times, so running containers are inspected. */
export async function readContainers(client: EngineClient): Promise<Container[]> {
  const summaries = await listContainers(client, { all: true });
  const rows = await Promise.all(summaries.map((summary) => readContainer(client, summary)));
  return rows.filter((row) => row !== undefined);
}

/** Undefined if the container was removed in the meantime. */
async function readContainer(
  client: EngineClient,
  summary: ContainerSummary,
): Promise<Container | undefined> {
  const state = containerSchema.shape.state.catch('dead').parse(summary.State);
  const row = {
    id: summary.Id,
    name: (summary.Names[0] ?? summary.Id.slice(0, 12)).replace(/^\//, ''),
    image: summary.Image,
    imageId: summary.ImageID,
    command: summary.Command,
    state,
    ...projectOf(summary.Labels),
    ports: portsOf(summary.Ports),
    createdAt: new Date(summary.Created * 1000).toISOString(),
  };
  if (state !== 'running' && state !== 'paused') {
    // Only the list's text has the exit code and time: "Exited (137) 2 hours ago".
    const code = /^Exited \((\d+)\)/.exec(summary.Status)?.[1];
    return { ...row, interactive: false, ...(code ? { exitCode: Number(code) } : {}) };
  }
  try {
    const { Config, State } = await inspectContainer(client, summary.Id);
    const startedAt = startTime.parse(State.StartedAt);
    const health = healthOf(summary.Status);
    return {
      ...row,
      ...(health ? { health } : {}),
      interactive: Config.Tty && Config.OpenStdin,
      ...(startedAt === undefined ? {} : { startedAt: startedAt.toISOString() }),
    };
  } catch (error) {
    if (error instanceof HostError && error.status === 404) return undefined;
    throw error;
  }
}

/** Compose marks a project's containers with labels. */
function projectOf(labels: Readonly<Record<string, string>>) {
  const project = labels['com.docker.compose.project'];
  const service = labels['com.docker.compose.service'];
  return { ...(project ? { project } : {}), ...(service ? { service } : {}) };
}

/** The list has the health as text: "Up 3 minutes (healthy)", "Up 2 seconds (health: starting)". */
function healthOf(status: string): Container['health'] {
  const word = /\((?:health: )?(starting|healthy|unhealthy)\)/.exec(status)?.[1];
  return containerSchema.shape.health.parse(word);
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

/** Engines write nanoseconds, and the year 1 for "never". */
const startTime = z.coerce
  .date()
  .optional()
  .catch(undefined)
  .transform((date) => (date !== undefined && date.getTime() > 0 ? date : undefined));

import type { LogLine } from '../../api/logs.ts';
import type { ProjectLogLine } from '../../api/projects.ts';
import type { EngineClient } from '../engine/client.ts';
import { engineEvents } from '../engine/system.ts';
import { HostError } from '../errors.ts';
import { readLog } from '../logs/read.ts';
import { LABELS, ofProject } from './labels.ts';
import { listProjectContainers } from './observe.ts';

export interface ProjectLogOptions {
  readonly services?: readonly string[];
  readonly follow?: boolean;
  /** Number of lines of each container; all when it is left out. */
  readonly tail?: number | undefined;
}

/**
 * Hands over the lines of all containers of a project. With `follow` it goes on with what they
 * write, and with containers that start meanwhile, until `signal` aborts.
 */
export async function projectLogs(
  client: EngineClient,
  project: string,
  options: ProjectLogOptions,
  take: (line: ProjectLogLine) => void,
  signal: AbortSignal,
): Promise<void> {
  const { services = [], follow = false } = options;
  const isWanted = (service: string) => services.length === 0 || services.includes(service);
  const since = String(Date.now() / 1000);
  const reading: Promise<void>[] = [];
  const read = (id: string, name: string, service: string, tail?: number) => {
    const container = name.startsWith(`${project}-`) ? name.slice(project.length + 1) : name;
    const done = readLines(client, id, { follow, tail }, signal, (line) =>
      take({ ...line, service, container }),
    );
    reading.push(
      done.catch((error: unknown) => {
        // A container that is removed, or a reader that leaves, is no failure of the others.
        const isGone = error instanceof HostError && error.status === 404;
        if (!signal.aborted && !isGone) throw error;
      }),
    );
  };
  const containers = await listProjectContainers(client, project);
  for (const { id, name, service } of containers) {
    if (isWanted(service)) read(id, name, service, options.tail);
  }
  if (follow) {
    try {
      const filters = { ...ofProject(project), type: ['container'], event: ['start'] };
      for await (const { Actor } of engineEvents(client, { since, filters, signal })) {
        const service = Actor.Attributes[LABELS.service] ?? '';
        // What it wrote before this start has been shown.
        if (isWanted(service)) read(Actor.ID, Actor.Attributes.name ?? '', service, 0);
      }
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }
  await Promise.all(reading);
}

async function readLines(
  client: EngineClient,
  id: string,
  range: { readonly follow: boolean; readonly tail: number | undefined },
  signal: AbortSignal,
  take: (line: LogLine) => void,
): Promise<void> {
  let begun: readonly LogLine[] = [];
  for await (const { lines, unfinished } of readLog(client, id, range, signal)) {
    for (const line of lines) take(line);
    begun = unfinished;
  }
  for (const line of begun) take(line);
}

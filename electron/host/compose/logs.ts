import type { LogLine } from '../../api/logs.ts';
import type { ProjectLogLine } from '../../api/projects.ts';
import type { EngineClient } from '../engine/client.ts';
import { engineEvents } from '../engine/system.ts';
import { HostError } from '../errors.ts';
import { followLog } from '../logs/follow.ts';
import { type LogPiece, readLog } from '../logs/read.ts';
import { LABELS, ofProject } from './labels.ts';
import { listProjectContainers } from './observe.ts';

export interface ProjectLogOptions {
  readonly services?: readonly string[];
  readonly follow?: boolean;
  /** Number of lines of each container; all when it is left out. */
  readonly tail?: number | undefined;
  /** Called when all that the containers wrote before has been handed over; with `follow` only. */
  readonly onCaughtUp?: () => void;
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
  const read = (id: string, name: string, service: string, tail?: number): Promise<void> => {
    const container = name.startsWith(`${project}-`) ? name.slice(project.length + 1) : name;
    const caughtUp = Promise.withResolvers<void>();
    const pieces = follow
      ? followLog(client, id, { tail }, signal)
      : readLog(client, id, { tail, follow }, signal);
    const done = readLines(pieces, caughtUp.resolve, (line) =>
      take({ ...line, service, container }),
    );
    reading.push(
      done
        .catch((error: unknown) => {
          // A container that is removed, or a reader that leaves, is no failure of the others.
          const isGone = error instanceof HostError && error.status === 404;
          if (!signal.aborted && !isGone) throw error;
        })
        .finally(caughtUp.resolve),
    );
    return caughtUp.promise;
  };
  const containers = await listProjectContainers(client, project);
  const wanted = containers.filter(({ service }) => isWanted(service));
  const first = wanted.map(({ id, name, service }) => read(id, name, service, options.tail));
  // Owned by the readers: each of them resolves, whatever becomes of its log.
  void Promise.all(first).then(options.onCaughtUp);
  if (follow) {
    try {
      const filters = { ...ofProject(project), type: ['container'], event: ['start'] };
      for await (const { Actor } of engineEvents(client, { since, filters, signal })) {
        const service = Actor.Attributes[LABELS.service] ?? '';
        // What it wrote before this start has been shown.
        if (isWanted(service)) void read(Actor.ID, Actor.Attributes.name ?? '', service, 0);
      }
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }
  await Promise.all(reading);
}

async function readLines(
  pieces: AsyncIterable<LogPiece & { readonly caughtUp?: boolean }>,
  onCaughtUp: () => void,
  take: (line: LogLine) => void,
): Promise<void> {
  let begun: readonly LogLine[] = [];
  for await (const { lines, unfinished, caughtUp } of pieces) {
    for (const line of lines) take(line);
    begun = unfinished;
    if (caughtUp) onCaughtUp();
  }
  for (const line of begun) take(line);
}

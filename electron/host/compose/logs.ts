import type { LogLine } from '../../api/logs.ts';
import type { ProjectLogLine } from '../../api/projects.ts';
import { HostError } from '../base/errors.ts';
import { TaskGroup } from '../base/task-group.ts';
import type { EngineClient } from '../engine/connection/client.ts';
import { engineEvents } from '../engine/system.ts';
import { followLog } from '../logs/follow.ts';
import { type LogPiece, readLog } from '../logs/read.ts';
import { LABELS, ofProject } from './apply/labels.ts';
import { listProjectContainers } from './apply/observe.ts';
import { requireServices } from './apply/require-services.ts';

export interface ProjectLogOptions {
  readonly services?: readonly string[];
  readonly follow?: boolean;
  /** The number of lines per container; all by default. */
  readonly tail?: number | undefined;
  /** Only lines since this time, RFC 3339. */
  readonly since?: string | undefined;
  /** Only lines before this time, RFC 3339. */
  readonly until?: string | undefined;
  /** Only the container of each service with this number. */
  readonly index?: number | undefined;
  /** Services of the project that may have no container. */
  readonly known?: readonly string[];
  /** Called once for each container whose log can't be read; other logs continue. */
  readonly onUnreadable?: (
    container: Pick<ProjectLogLine, 'service' | 'container'>,
    problem: string,
  ) => void;
  /** Called after all existing output was delivered; with `follow` only. */
  readonly onCaughtUp?: () => void;
}

/** The engine's error for a container whose logging driver keeps no log, such as `none`. */
const NOT_IMPLEMENTED = 501;
const NOT_FOUND = 404;

/**
 * Delivers the log lines of all containers of a project. With `follow`, continues with new output
 * and with newly started containers until `signal` aborts. Stops at the first failure and rejects
 * with it.
 */
export async function projectLogs(
  client: EngineClient,
  project: string,
  options: ProjectLogOptions,
  take: (line: ProjectLogLine) => void,
  signal: AbortSignal,
): Promise<void> {
  const { services = [], follow = false, since, until, index } = options;
  const isWanted = (service: string) => services.length === 0 || services.includes(service);
  const begin = String(Date.now() / 1000);
  const reading = new TaskGroup(signal);
  const unread = new Set<string>();
  /** Resolves when the existing output was delivered or can't be read. */
  const read = (id: string, name: string, service: string, tail?: number): Promise<void> => {
    const caughtUp = Promise.withResolvers<void>();
    reading.run(async (ending) => {
      const pieces = follow
        ? followLog(client, id, { tail, since }, ending)
        : readLog(client, id, { tail, since, until, follow }, ending);
      try {
        await readLines(pieces, caughtUp.resolve, (line) =>
          take({ ...line, service, container: shortName(name, project) }),
        );
      } catch (error) {
        const status = error instanceof HostError ? error.status : undefined;
        // A removed container must not fail the other logs.
        if (status === NOT_FOUND) return;
        if (!(error instanceof HostError) || status !== NOT_IMPLEMENTED) throw error;
        if (unread.has(id)) return;
        unread.add(id);
        const problem = `Can't retrieve logs for "${name}": ${error.message}`;
        options.onUnreadable?.({ service, container: shortName(name, project) }, problem);
      } finally {
        caughtUp.resolve();
      }
    });
    return caughtUp.promise;
  };

  const containers = await listProjectContainers(client, project);
  requireServices(services, [
    ...(options.known ?? []),
    ...containers.map(({ service }) => service),
  ]);
  const wanted = containers.filter(
    ({ service, number, oneoff }) =>
      isWanted(service) && (index === undefined || (number === index && !oneoff)),
  );
  const first = wanted.map(({ id, name, service }) => read(id, name, service, options.tail));
  reading.run(async () => {
    await Promise.all(first);
    options.onCaughtUp?.();
  });
  if (follow) {
    reading.run(async (ending) => {
      const filters = { ...ofProject(project), type: ['container'], event: ['start'] };
      for await (const { Actor } of engineEvents(client, {
        since: begin,
        filters,
        signal: ending,
      })) {
        const service = Actor.Attributes[LABELS.service] ?? '';
        // Output from before this start was already shown.
        if (isWanted(service)) void read(Actor.ID, Actor.Attributes.name ?? '', service, 0);
      }
    });
  }
  await reading.ended();
}

/** The container's name without the project's prefix. */
export const shortName = (name: string, project: string) =>
  name.startsWith(`${project}-`) ? name.slice(project.length + 1) : name;

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

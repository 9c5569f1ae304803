import { HostError } from '../base/errors.ts';
import type { EngineClient } from '../engine/connection/client.ts';
import { engineEvents } from '../engine/system.ts';
import { LABELS, ofProject } from './apply/labels.ts';
import { ACTIVE_STATES, listProjectContainers } from './apply/observe.ts';

/** A container of a project that has exited. */
export interface ProjectExit {
  readonly service: string;
  /** The name. */
  readonly container: string;
  readonly exitCode: number;
  /** The engine starts the container again, because of its restart policy. */
  readonly isRestarting: boolean;
}

/**
 * Delivers each exit of the services' containers since a moment (RFC 3339), until none of them
 * runs or `signal` aborts. Rejects if the engine ends the connection earlier.
 */
export async function followExits(
  client: EngineClient,
  project: string,
  {
    services,
    since,
    goesOn = false,
  }: {
    readonly services: ReadonlySet<string>;
    readonly since: string;
    /** Wait for containers to start again, until `signal` aborts. */
    readonly goesOn?: boolean;
  },
  take: (exit: ProjectExit) => void,
  signal: AbortSignal,
): Promise<void> {
  const own = async () =>
    (await listProjectContainers(client, project)).filter(
      ({ service, oneoff }) => services.has(service) && !oneoff,
    );
  // No container, no exit.
  if (!goesOn && (await own()).length === 0) return;
  const filters = { ...ofProject(project), type: ['container'], event: ['die'] };
  const exited = new Set<string>();
  for await (const { Actor } of engineEvents(client, { since, filters, signal })) {
    const { Attributes } = Actor;
    const { [LABELS.service]: service = '', [LABELS.oneoff]: oneoff, name = '' } = Attributes;
    if (oneoff === 'True' || !services.has(service)) continue;
    exited.add(Actor.ID);
    const containers = await own();
    const isRestarting = containers.some(
      ({ id, state }) => id === Actor.ID && ACTIVE_STATES.includes(state),
    );
    const exitCode = Number(Attributes.exitCode ?? 0);
    take({ service, container: name, exitCode, isRestarting });
    // The exits of the others may be on their way.
    const isOver = containers.every(
      ({ id, state }) => exited.has(id) && !ACTIVE_STATES.includes(state),
    );
    if (isOver && !goesOn) return;
  }
  if (signal.aborted) return;
  throw new HostError('connection', 'the connection to the engine was lost', {
    hint: 'The containers may still be running. To follow them, run `berth compose up` again.',
  });
}

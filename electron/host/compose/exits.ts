import type { EngineClient } from '../engine/connection/client.ts';
import { engineEvents } from '../engine/system.ts';
import { LABELS, ofProject } from './apply/labels.ts';
import { listProjectContainers } from './apply/observe.ts';

/** A container of a project that has exited. */
export interface ProjectExit {
  readonly service: string;
  /** The name. */
  readonly container: string;
  readonly exitCode: number;
}

/**
 * Delivers each exit of the services' containers since a moment (RFC 3339), until none of them
 * runs.
 */
export async function followExits(
  client: EngineClient,
  project: string,
  { services, since }: { readonly services: ReadonlySet<string>; readonly since: string },
  take: (exit: ProjectExit) => void,
  signal: AbortSignal,
): Promise<void> {
  const filters = { ...ofProject(project), type: ['container'], event: ['die'] };
  const exited = new Set<string>();
  for await (const { Actor } of engineEvents(client, { since, filters, signal })) {
    const { Attributes } = Actor;
    const { [LABELS.service]: service = '', [LABELS.oneoff]: oneoff, name = '' } = Attributes;
    if (oneoff === 'True' || !services.has(service)) continue;
    exited.add(Actor.ID);
    take({ service, container: name, exitCode: Number(Attributes.exitCode ?? 0) });
    const containers = await listProjectContainers(client, project);
    // The exits of the others may be on their way.
    const isOver = containers.every(
      ({ id, service: own, oneoff: isOneOff, state }) =>
        !services.has(own) || isOneOff || (exited.has(id) && !ACTIVE.includes(state)),
    );
    if (isOver) return;
  }
}

const ACTIVE: readonly string[] = ['running', 'paused', 'restarting'];

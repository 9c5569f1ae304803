import { HostError } from '../../base/errors.ts';
import type { EngineClient } from '../../engine/connection/client.ts';
import { ACTIVE_STATES, listProjectContainers, type ProjectContainer } from './observe.ts';
import { requireServices } from './require-services.ts';

export interface Choice {
  /** The services in the project's files. Empty without files. */
  readonly known: readonly string[];
  /** The number of the container. The default is the first. */
  readonly index?: number | undefined;
}

/**
 * Chooses a container of a service: those of `run` come last. Throws HostError 'invalid' for an
 * unknown service, or if no such container runs.
 */
export async function serviceContainer(
  client: EngineClient,
  project: string,
  service: string,
  { known, index }: Choice,
): Promise<ProjectContainer> {
  const containers = (await listProjectContainers(client, project)).filter(
    (each) => each.service === service,
  );
  if (known.length > 0 && containers.length === 0) requireServices([service], known);
  const [found] = containers
    .filter(({ state }) => ACTIVE_STATES.includes(state))
    .filter(({ number, oneoff }) => index === undefined || (number === index && !oneoff))
    .sort((a, b) => Number(a.oneoff) - Number(b.oneoff) || a.number - b.number);
  if (found !== undefined) return found;
  const which = index === undefined ? '' : ` container #${index}`;
  throw new HostError('invalid', `service "${service}" is not running${which}`, {
    hint: `To start it, run \`berth compose up -d ${service}\`.`,
  });
}

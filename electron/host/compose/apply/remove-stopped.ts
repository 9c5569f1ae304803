import type { EngineClient } from '../../engine/connection/client.ts';
import { removeContainer } from '../../engine/containers.ts';
import { type Report, toldEach } from './compose-host.ts';
import { ACTIVE_STATES, listProjectContainers, type ProjectContainer } from './observe.ts';

/** The containers of the services, without those of `run`, that don't run. Empty: all services. */
export async function stoppedContainers(
  client: EngineClient,
  project: string,
  services: readonly string[],
): Promise<ProjectContainer[]> {
  const all = await listProjectContainers(client, project);
  return all.filter(
    ({ service, oneoff, state }) =>
      !oneoff &&
      !ACTIVE_STATES.includes(state) &&
      (services.length === 0 || services.includes(service)),
  );
}

/** Removes containers, with `volumes` also their anonymous volumes. */
export async function removeStopped(
  client: EngineClient,
  containers: readonly ProjectContainer[],
  { volumes = false }: { readonly volumes?: boolean | undefined },
  report: Report,
): Promise<void> {
  await toldEach(report, containers, ['Removing', 'Removed'], (id) =>
    removeContainer(client, id, { volumes }),
  );
}

import { HostError } from '../../base/errors.ts';
import type { EngineClient } from '../../engine/connection/client.ts';
import { removeImage } from '../../engine/images.ts';
import { removeNetwork } from '../../engine/networks.ts';
import { removeVolume } from '../../engine/volumes.ts';
import type { Project } from '../file/project.ts';
import { type Report, told } from './compose-host.ts';
import { removeWithStop } from './create-containers.ts';
import { type HooksOf, runHooks } from './hooks.ts';
import { inOrder } from './in-order.ts';
import type { ProjectContainer } from './observe.ts';
import {
  describedResources,
  labelledResources,
  type ResourcesOptions,
} from './project-resources.ts';
import { requireServices } from './require-services.ts';

export interface DownOptions extends ResourcesOptions {
  /** The project as its files describe it. By default, all resources with its labels. */
  readonly project?: Project;
  /** Also removes volumes, with their data: named ones, and anonymous ones of the containers. */
  readonly volumes?: boolean;
  /** Also removes images: all that services use, or only those that they have built. */
  readonly images?: 'all' | 'local';
  /** Seconds before SIGKILL. */
  readonly timeout?: number;
  readonly hooks?: HooksOf;
}

/**
 * Stops and removes a project's resources. Finds them by label, so the Compose file isn't needed.
 * Dependent containers stop before their dependencies.
 */
export async function down(
  client: EngineClient,
  name: string,
  options: DownOptions,
  report: Report,
  signal: AbortSignal,
): Promise<void> {
  const { project, services = [], volumes = false, hooks = project?.services } = options;
  if (project) requireServices(services, Object.keys(project.services));
  const resources = project
    ? await describedResources(client, project, options)
    : await labelledResources(client, name, options);
  let removed = resources.containers.length;
  await dependentsFirst(resources.containers, async (container) => {
    signal.throwIfAborted();
    await removeWithStop(client, container, report, {
      ...{ timeout: options.timeout, volumes },
      beforeStop: () => runHooks(client, container, hooks?.[container.service]?.pre_stop, signal),
    });
  });
  const removal = { client, report, signal };
  removed += await removeEach(removal, 'network', await resources.networks(), removeNetwork);
  if (options.images) {
    const images = await resources.images(options.images);
    removed += await removeEach(removal, 'image', images, removeImage);
  }
  if (volumes) {
    removed += await removeEach(removal, 'volume', await resources.volumes(), removeVolume);
  }
  if (project || removed > 0) return;
  const text = `No resource found to remove for project "${name}".`;
  report({ kind: 'project', name, state: 'warning', text });
}

/** Runs the work for each container after the work for the containers that depend on it. */
export function dependentsFirst(
  containers: readonly ProjectContainer[],
  work: (container: ProjectContainer) => Promise<void>,
): Promise<void> {
  const services = new Set(containers.map(({ service }) => service));
  const dependents = (service: string) =>
    containers.filter(({ dependsOn }) => dependsOn.includes(service)).map((each) => each.service);
  return inOrder(services, dependents, async (service) => {
    await Promise.all(containers.filter((each) => each.service === service).map(work));
  });
}

interface Removal {
  readonly client: EngineClient;
  readonly report: Report;
  readonly signal: AbortSignal;
}

/**
 * Removes resources and returns their number. A resource that is still in use stays. A resource that
 * is already gone is fine.
 */
async function removeEach(
  { client, report, signal }: Removal,
  kind: 'network' | 'volume' | 'image',
  names: readonly string[],
  remove: (client: EngineClient, name: string) => Promise<unknown>,
): Promise<number> {
  for (const name of names) {
    signal.throwIfAborted();
    try {
      await told(report, kind, name, ['Removing', 'Removed'], () => remove(client, name));
    } catch (error) {
      const status = error instanceof HostError ? error.status : undefined;
      if (status === 404) continue;
      if (status !== 409 && status !== 403) throw error;
      report({ kind, name, state: 'done', text: 'Resource is still in use' });
    }
  }
  return names.length;
}

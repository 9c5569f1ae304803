import { HostError } from '../../base/errors.ts';
import type { EngineClient } from '../../engine/connection/client.ts';
import { removeImage } from '../../engine/images.ts';
import { listNetworks, removeNetwork } from '../../engine/networks.ts';
import { listVolumes, removeVolume } from '../../engine/volumes.ts';
import { type Report, told } from './compose-host.ts';
import { removeWithStop } from './create-containers.ts';
import { type HooksOf, runHooks } from './hooks.ts';
import { inOrder } from './in-order.ts';
import { LABELS, ofProject } from './labels.ts';
import { listProjectContainers, type ProjectContainer } from './observe.ts';

export interface DownOptions {
  /** Also removes the project's named volumes, with their data. */
  readonly volumes?: boolean;
  /** Also removes the images of the containers. */
  readonly images?: boolean;
  /** Only containers of these services; by default, all resources of the project. */
  readonly services?: ReadonlySet<string>;
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
  project: string,
  options: DownOptions,
  report: Report,
  signal: AbortSignal,
): Promise<void> {
  const all = await listProjectContainers(client, project);
  const containers = all.filter(({ service }) => options.services?.has(service) ?? true);
  await dependentsFirst(containers, async (container) => {
    signal.throwIfAborted();
    await removeWithStop(client, container, report, {
      timeout: options.timeout,
      beforeStop: () =>
        runHooks(client, container, options.hooks?.[container.service]?.pre_stop, signal),
    });
  });
  signal.throwIfAborted();
  for (const { Name, Id } of await listNetworks(client, ofProject(project))) {
    await unlessInUse(report, 'network', Name, () =>
      told(report, 'network', Name, ['Removing', 'Removed'], () => removeNetwork(client, Id)),
    );
  }
  if (options.volumes) {
    for (const { Name, Labels } of await listVolumes(client, ofProject(project))) {
      if (Labels[LABELS.volume] === undefined) continue;
      await unlessInUse(report, 'volume', Name, () =>
        told(report, 'volume', Name, ['Removing', 'Removed'], () => removeVolume(client, Name)),
      );
    }
  }
  if (options.images) {
    for (const image of new Set(containers.map(({ summary }) => summary.Image))) {
      await unlessInUse(report, 'image', image, () =>
        told(report, 'image', image, ['Removing', 'Removed'], async () => {
          await removeImage(client, image);
        }),
      );
    }
  }
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

/**
 * A resource that is still in use stays, with a warning. A resource that is already gone is fine.
 */
async function unlessInUse(
  report: Report,
  kind: 'network' | 'volume' | 'image',
  name: string,
  remove: () => Promise<void>,
): Promise<void> {
  try {
    await remove();
  } catch (error) {
    const status = error instanceof HostError ? error.status : undefined;
    if (status === 404) return;
    if (status !== 409 && status !== 403) throw error;
    report({ kind, name, state: 'warning', text: 'Resource is still in use' });
  }
}

import type { KubeEvent } from '../../../electron/api/kube/pods.ts';
import type { KubeService, PortForward } from '../../../electron/api/kube/services.ts';
import type { ListedObject } from '../../../electron/api/kube/workloads.ts';
import { client } from '../../connection/screen.ts';
import { useWatched, type Watched } from '../../connection/use-watched.ts';

/** A cluster; a namespace, or all. */
export interface Scope {
  readonly context: string;
  readonly namespace?: string | undefined;
}

const asInput = ({ context, namespace }: Scope) => ({
  context,
  ...(namespace !== undefined && { namespace }),
});

/** The workloads and pods. */
export const useWorkloads = (scope: Scope): Watched<readonly ListedObject[]> =>
  useWatched(`workloads ${JSON.stringify(scope)}`, (signal) =>
    client.kube.workloads.watch(asInput(scope), { signal }),
  );

export const useEvents = (scope: Scope): Watched<readonly KubeEvent[]> =>
  useWatched(`events ${JSON.stringify(scope)}`, (signal) =>
    client.kube.pods.events(asInput(scope), { signal }),
  );

export const useServices = (scope: Scope): Watched<readonly KubeService[]> =>
  useWatched(`services ${JSON.stringify(scope)}`, (signal) =>
    client.kube.services.watch(asInput(scope), { signal }),
  );

/** The forwarded ports of all contexts. */
export const usePortForwards = (): Watched<readonly PortForward[]> =>
  useWatched('forwards', (signal) => client.kube.forwards.watch(undefined, { signal }));

import { HostError } from '../../base/errors.ts';
import { isNotFound, unlessNotFound } from '../client/api-error.ts';
import { followObjects } from '../client/follow-objects.ts';
import type { KubeClient } from '../client/kube-client.ts';
import { listObjects } from '../client/list-objects.ts';
import { builtInResource, listPath, objectPath } from '../client/resources.ts';
import type { Manifest } from '../manifests/manifest.ts';
import { inOrder } from '../manifests/order.ts';
import { selectorText, workloadSchema } from '../objects/workload.ts';
import type { ReportProgress } from '../progress.ts';
import { type KubeTarget, type Placed, placeManifest } from './target.ts';

export interface DeleteOptions {
  /** Whether to wait until the objects and what they own are gone. */
  readonly wait: boolean;
  /** Seconds to wait. */
  readonly timeout: number;
  readonly gracePeriod?: number | undefined;
}

/** An object to remove. */
export interface Doomed extends Placed {
  readonly name: string;
}

/**
 * Removes the objects of manifests, in the reverse order of their creation. With `volumes`, also
 * the claims of storage and those of StatefulSets, whose data is lost. An object that doesn't exist
 * counts as removed.
 */
export async function deleteManifests(
  target: KubeTarget,
  manifests: readonly Manifest[],
  { volumes, ...options }: DeleteOptions & { readonly volumes: boolean },
  report: ReportProgress,
  signal: AbortSignal,
): Promise<void> {
  const doomed: Doomed[] = [];
  for (const manifest of inOrder(manifests).reverse()) {
    const { kind, metadata } = manifest.object;
    if (kind === 'PersistentVolumeClaim' && !volumes) continue;
    const placed = await placeManifest(target, manifest);
    doomed.push({ ...placed, name: metadata.name });
    if (kind === 'StatefulSet' && volumes) {
      doomed.push(...(await claimsOf(target.client, { ...placed, name: metadata.name }, signal)));
    }
  }
  await deleteObjects(target.client, doomed, options, report, signal);
}

/** Removes objects, all at once, and waits for them. */
export async function deleteObjects(
  client: KubeClient,
  doomed: readonly Doomed[],
  options: DeleteOptions,
  report: ReportProgress,
  signal: AbortSignal,
): Promise<void> {
  const going: Doomed[] = [];
  for (const each of doomed) {
    if (await requestDeletion(client, each, options, signal)) {
      going.push(each);
      report({ ...aboutOf(each), state: 'working', text: 'Removing' });
    } else report({ ...aboutOf(each), state: 'done', text: "Doesn't exist" });
  }
  if (!options.wait) return;
  await Promise.all(
    going.map(async (each) => {
      await awaitGone(client, each, options.timeout, signal);
      report({ ...aboutOf(each), state: 'done', text: 'Removed' });
    }),
  );
}

const aboutOf = ({ resource, name, namespace }: Doomed) => ({
  ...{ kind: resource.kind, name, namespace },
});

/** False if there is no such object. */
async function requestDeletion(
  client: KubeClient,
  { path }: Doomed,
  { wait, gracePeriod }: DeleteOptions,
  signal: AbortSignal,
): Promise<boolean> {
  const answer = await client
    .json('DELETE', path, {
      body: {
        ...{ kind: 'DeleteOptions', apiVersion: 'v1' },
        propagationPolicy: wait ? 'Foreground' : 'Background',
        ...(gracePeriod !== undefined && { gracePeriodSeconds: gracePeriod }),
      },
      signal,
    })
    .catch(unlessNotFound);
  return answer !== undefined;
}

async function awaitGone(
  client: KubeClient,
  { resource, namespace, path, name }: Doomed,
  timeout: number,
  signal: AbortSignal,
): Promise<void> {
  const either = AbortSignal.any([signal, AbortSignal.timeout(timeout * 1000)]);
  const query = { fieldSelector: `metadata.name=${name}` };
  for await (const change of followObjects(client, listPath(resource, namespace), query, either)) {
    if (change.type === 'LIST' ? change.objects.length === 0 : change.type === 'DELETED') return;
  }
  signal.throwIfAborted();
  // The object may have gone just before the deadline.
  const gone = await client.json('GET', path, { signal }).then(
    () => false,
    (error: unknown) => {
      if (!isNotFound(error)) throw error;
      return true;
    },
  );
  if (gone) return;
  throw new HostError('timeout', `${resource.kind} "${name}" still exists after ${timeout} s`, {
    hint: 'Finalizers may keep the object. Check it with `berth kube events`.',
  });
}

/** The claims that a StatefulSet made from its templates. */
async function claimsOf(
  client: KubeClient,
  { path, namespace, name }: Doomed,
  signal: AbortSignal,
): Promise<Doomed[]> {
  const answer = await client.json('GET', path, { signal }).catch(unlessNotFound);
  if (answer === undefined) return [];
  const labelSelector = selectorText(workloadSchema.parse(answer));
  const resource = builtInResource('PersistentVolumeClaim');
  const { items } = await listObjects(
    client,
    listPath(resource, namespace),
    labelSelector === undefined ? {} : { labelSelector },
    signal,
  );
  const own = new RegExp(`-${name.replaceAll('.', '\\.')}-\\d+$`);
  return items
    .filter(({ metadata }) => own.test(metadata.name))
    .map(({ metadata }) => ({
      ...{ resource, namespace, name: metadata.name },
      path: objectPath(resource, metadata.name, namespace),
    }));
}

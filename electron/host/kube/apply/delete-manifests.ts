import * as z from 'zod';
import { HostError } from '../../base/errors.ts';
import { isNotFound, unlessNotFound } from '../client/api-error.ts';
import { followObjects } from '../client/follow-objects.ts';
import type { KubeClient } from '../client/kube-client.ts';
import { listObjects } from '../client/list-objects.ts';
import { builtInResource, listPath, objectPath } from '../client/resources.ts';
import { berthKube } from '../contexts/berth-kube.ts';
import type { Manifest } from '../manifests/manifest.ts';
import { inOrder } from '../manifests/order.ts';
import { type KubeObject, readObject } from '../objects/kube-object.ts';
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
 * What else goes with the objects of manifests: nothing that has data, the claims and volumes that
 * the manifests have, or also the claims that StatefulSets made from their templates.
 */
export type LostStorage = 'none' | 'named' | 'all';

const STORAGE = ['PersistentVolumeClaim', 'PersistentVolume'];

/**
 * Removes the objects of manifests, in the reverse order of their creation. An object that doesn't
 * exist counts as removed. Unless storage may be lost, a namespace with claims stays.
 */
export async function deleteManifests(
  target: KubeTarget,
  manifests: readonly Manifest[],
  { storage, ...options }: DeleteOptions & { readonly storage: LostStorage },
  report: ReportProgress,
  signal: AbortSignal,
): Promise<void> {
  const doomed: Doomed[] = [];
  for (const manifest of inOrder(manifests).reverse()) {
    const { kind, metadata } = manifest.object;
    const { name } = metadata;
    if (STORAGE.includes(kind) && storage === 'none') continue;
    const placed = await placeManifest(target, manifest);
    if (kind === 'Namespace' && storage === 'none' && (await hasClaims(target, name, signal))) {
      const text = 'Kept, because it has volume claims. To remove them too, use --volumes.';
      report({ kind, name, namespace: undefined, state: 'done', text });
      continue;
    }
    doomed.push({ ...placed, name });
    if (kind === 'StatefulSet' && storage === 'all') {
      doomed.push(...(await claimsOf(target.client, { ...placed, name }, signal)));
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
  const going: { readonly each: Doomed; readonly uid: string | undefined }[] = [];
  for (const each of doomed) {
    const answer = await requestDeletion(client, each, options, signal);
    if (answer) {
      going.push({ each, uid: answer.metadata?.uid ?? answer.details?.uid });
      report({ ...aboutOf(each), state: 'working', text: 'Removing' });
    } else report({ ...aboutOf(each), state: 'done', text: 'Not found' });
  }
  if (!options.wait) return;
  await Promise.all(
    going.map(async ({ each, uid }) => {
      await awaitGone(client, each, uid, options.timeout, signal);
      report({ ...aboutOf(each), state: 'done', text: 'Removed' });
    }),
  );
}

const aboutOf = ({ resource, name, namespace }: Doomed) => ({
  ...{ kind: resource.kind, name, namespace },
});

const objectId = z.looseObject({ uid: z.string().optional() }).optional();

/** The object, or a Status with its ID if it is gone already. */
const deletionSchema = z.looseObject({ metadata: objectId, details: objectId });

/** Undefined if the object doesn't exist. */
async function requestDeletion(
  client: KubeClient,
  { path }: Doomed,
  { wait, gracePeriod }: DeleteOptions,
  signal: AbortSignal,
): Promise<z.output<typeof deletionSchema> | undefined> {
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
  return answer === undefined ? undefined : deletionSchema.parse(answer);
}

async function awaitGone(
  client: KubeClient,
  { resource, namespace, path, name }: Doomed,
  uid: string | undefined,
  timeout: number,
  signal: AbortSignal,
): Promise<void> {
  const either = AbortSignal.any([signal, AbortSignal.timeout(timeout * 1000)]);
  const query = { fieldSelector: `metadata.name=${name}` };
  for await (const change of followObjects(client, listPath(resource, namespace), query, either)) {
    // A controller may have made a new object of this name.
    const isOld = ({ metadata }: KubeObject) => uid === undefined || metadata.uid === uid;
    if (change.type === 'LIST' && !change.objects.some(isOld)) return;
    if (change.type === 'DELETED' && isOld(change.object)) return;
  }
  signal.throwIfAborted();
  // The object may have gone just before the deadline.
  const gone = await client.json('GET', path, { signal }).then(
    (found) => uid !== undefined && readObject(found).metadata.uid !== uid,
    (error: unknown) => {
      if (!isNotFound(error)) throw error;
      return true;
    },
  );
  if (gone) return;
  throw new HostError('timeout', `${resource.kind} "${name}" still exists after ${timeout} s`, {
    hint: `Finalizers may keep the object. Check it with \`${berthKube(client.context, namespace)} events\`.`,
    appHint: 'Finalizers may keep the object. Check its events and its YAML.',
  });
}

async function hasClaims(
  { client }: KubeTarget,
  namespace: string,
  signal: AbortSignal,
): Promise<boolean> {
  const path = listPath(builtInResource('PersistentVolumeClaim'), namespace);
  return (await listObjects(client, path, {}, signal)).items.length > 0;
}

const templatesSchema = z.looseObject({
  spec: z.looseObject({
    volumeClaimTemplates: z
      .array(z.looseObject({ metadata: z.looseObject({ name: z.string() }) }))
      .nullish(),
  }),
});

/** The claims that a StatefulSet made from its templates. */
async function claimsOf(
  client: KubeClient,
  { path, namespace, name }: Doomed,
  signal: AbortSignal,
): Promise<Doomed[]> {
  const answer = await client.json('GET', path, { signal }).catch(unlessNotFound);
  if (answer === undefined) return [];
  const templates = templatesSchema.parse(answer).spec.volumeClaimTemplates ?? [];
  const made = templates.map(({ metadata }) => `${metadata.name}-${name}-`);
  const labelSelector = selectorText(workloadSchema.parse(answer));
  const resource = builtInResource('PersistentVolumeClaim');
  const { items } = await listObjects(
    client,
    listPath(resource, namespace),
    labelSelector === undefined ? {} : { labelSelector },
    signal,
  );
  const isMade = (claim: string) =>
    made.some((prefix) => claim.startsWith(prefix) && /^\d+$/.test(claim.slice(prefix.length)));
  return items
    .filter(({ metadata }) => isMade(metadata.name))
    .map(({ metadata }) => ({
      ...{ resource, namespace, name: metadata.name },
      path: objectPath(resource, metadata.name, namespace),
    }));
}

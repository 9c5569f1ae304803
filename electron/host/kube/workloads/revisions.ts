import * as z from 'zod';
import { HostError } from '../../base/errors.ts';
import type { KubeClient } from '../client/kube-client.ts';
import { listObjects } from '../client/list-objects.ts';
import { type KubeResource, listPath, objectPath } from '../client/resources.ts';
import { isOwnedBy, type KubeObject } from '../objects/kube-object.ts';
import { selectorText, type Workload, workloadSchema } from '../objects/workload.ts';
import { REVISION } from './current-pods.ts';

/** A version of a workload's pods that its cluster keeps. */
export interface Revision {
  readonly number: number;
  /** Why it was made: `kubernetes.io/change-cause`. */
  readonly cause: string;
  readonly images: readonly string[];
  readonly isCurrent: boolean;
  /** The patch that goes back to it. */
  readonly patch: unknown;
  /** The type of the patch. */
  readonly type: string;
}

/** A workload of a cluster. */
export interface NamedWorkload {
  readonly resource: KubeResource;
  readonly namespace: string;
  readonly name: string;
}

const CAUSE = 'kubernetes.io/change-cause';

const revisionSchema = z.looseObject({ revision: z.number(), data: z.unknown() });

/** Kinds that keep earlier versions. */
const WITH_REVISIONS = ['Deployment', 'StatefulSet', 'DaemonSet'];

/** The versions that a cluster keeps of a workload, the oldest first. */
export async function listRevisions(
  client: KubeClient,
  { resource, namespace, name }: NamedWorkload,
): Promise<Revision[]> {
  if (!WITH_REVISIONS.includes(resource.kind)) {
    throw new HostError('invalid', `a ${resource.kind} keeps no earlier versions`);
  }
  const answer = await client.json('GET', objectPath(resource, name, namespace));
  const workload = workloadSchema.parse(answer);
  const labelSelector = selectorText(workload);
  const kept = resource.kind === 'Deployment' ? 'replicasets' : 'controllerrevisions';
  const path = listPath({ ...resource, plural: kept }, namespace);
  const query = labelSelector === undefined ? {} : { labelSelector };
  const { items } = await listObjects(client, path, query);
  const own = items.filter((item) => isOwnedBy(item, workload.metadata.uid));
  const revisions =
    resource.kind === 'Deployment'
      ? own.map((item) => ofReplicaSet(item, workload))
      : own.map((item) => ofControllerRevision(item));
  revisions.sort((a, b) => a.number - b.number);
  const last = revisions.at(-1);
  return revisions.map((each) => ({ ...each, isCurrent: each === last }));
}

/** The revision to go back to: a number, or the one before the current. */
export function revisionToRestore(
  revisions: readonly Revision[],
  { name }: NamedWorkload,
  number?: number,
): Revision {
  const found =
    number === undefined
      ? revisions.findLast(({ isCurrent }) => !isCurrent)
      : revisions.find((each) => each.number === number);
  if (found) return found;
  const what = number === undefined ? 'no earlier version' : `no version ${number}`;
  throw new HostError('invalid', `there is ${what} of "${name}"`, {
    hint: 'List the versions with `berth kube rollout history`.',
    appHint: 'Choose a version of its history.',
  });
}

function ofReplicaSet(object: KubeObject, workload: Workload): Revision {
  const { metadata, spec } = workloadSchema.parse(object);
  const template = spec.template ?? {};
  const labels = { ...labelsOf(template.metadata) };
  delete labels['pod-template-hash'];
  return {
    number: Number(metadata.annotations?.[REVISION] ?? 0),
    cause: metadata.annotations?.[CAUSE] ?? '',
    images: (template.spec?.containers ?? []).flatMap(({ image }) => image ?? []),
    isCurrent: false,
    type: 'application/json-patch+json',
    patch: [
      { op: 'test', path: '/metadata/uid', value: workload.metadata.uid },
      {
        op: 'replace',
        path: '/spec/template',
        value: { ...template, metadata: { ...template.metadata, labels } },
      },
    ],
  };
}

const labelsSchema = z.looseObject({ labels: z.record(z.string(), z.string()).nullish() });

const labelsOf = (metadata: unknown): Record<string, string> =>
  labelsSchema.safeParse(metadata).data?.labels ?? {};

function ofControllerRevision(object: KubeObject): Revision {
  const { revision, data } = revisionSchema.parse(object);
  const images = workloadSchema.safeParse({ metadata: { name: '' }, ...(data as object) });
  const containers = images.data?.spec.template?.spec?.containers ?? [];
  return {
    number: revision,
    cause: object.metadata.annotations?.[CAUSE] ?? '',
    images: containers.flatMap(({ image }) => image ?? []),
    isCurrent: false,
    // The revision's data is such a patch.
    ...{ type: 'application/strategic-merge-patch+json', patch: data },
  };
}

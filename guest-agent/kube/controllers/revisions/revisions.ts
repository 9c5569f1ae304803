import type { ControllerRevision } from 'kubernetes-types/apps/v1.js';
import type { PodTemplateSpec } from 'kubernetes-types/core/v1.js';
import type { LabelSelector } from 'kubernetes-types/meta/v1.js';
import { type KubeObject, keyOf, type Stored } from '../../objects/kube-object.ts';
import type { Objects } from '../../objects/objects.ts';
import { controllerRevisions } from '../../objects/resources.ts';
import { safeHash } from '../../objects/safe-name.ts';
import { canonical, isSame } from '../canonical.ts';
import { claim } from '../ownership/claim.ts';
import { controllerReference } from '../ownership/owner-reference.ts';

/** Where StatefulSets and DaemonSets keep the templates that they had. */
export const REVISION_HASH = 'controller-revision-hash';
const HASH = 'controller.kubernetes.io/hash';

type Workload = KubeObject & {
  spec?: { selector?: LabelSelector; template: PodTemplateSpec; revisionHistoryLimit?: number };
};
type Revision = Stored<ControllerRevision>;

export interface Revisions {
  /** The revision with the template that the workload has now. */
  readonly newest: Revision;
  /** All, the oldest first. */
  readonly all: readonly Revision[];
}

/** The revisions of a workload. Records its template if it is new or was in use before. */
export async function syncRevisions(objects: Objects, owner: Stored<Workload>): Promise<Revisions> {
  const owned = await claim(objects, controllerRevisions, owner, owner.spec?.selector);
  const sorted = [...owned].sort((a, b) => a.revision - b.revision);
  const data = dataOf(owner.spec?.template);
  const found = sorted.find((each) => isSame(each.data, data));
  const next = (sorted.at(-1)?.revision ?? 0) + 1;
  if (found !== undefined && found === sorted.at(-1)) return { newest: found, all: sorted };
  const newest =
    found === undefined
      ? await createRevision(objects, owner, data, next)
      : ((await objects.change(controllerRevisions, keyOf(found), (revision) => ({
          ...revision,
          revision: next,
        }))) ?? found);
  return { newest, all: [...sorted.filter((each) => each !== found), newest] };
}

/** The template of a revision, for pods that stay at it. */
export function templateOf({ data }: ControllerRevision): PodTemplateSpec {
  const { $patch: _, ...template } = (data as Partial<Data> | undefined)?.spec?.template ?? {};
  return template;
}

/** Deletes the oldest revisions beyond the limit that no pod has. */
export async function trimRevisions(
  objects: Objects,
  { spec }: Stored<Workload>,
  { all }: Revisions,
  isUsed: (revision: Revision) => boolean,
): Promise<void> {
  const unused = all.filter((revision) => !isUsed(revision));
  const surplus = Math.max(0, unused.length - (spec?.revisionHistoryLimit ?? 10));
  for (const revision of unused.slice(0, surplus)) {
    await objects.requestDeletion(controllerRevisions, keyOf(revision));
  }
}

interface Data {
  readonly spec: { readonly template: PodTemplateSpec & { readonly $patch?: 'replace' } };
}

/** A patch that brings the template back, as `kubectl rollout undo` applies it. */
function dataOf(template: PodTemplateSpec | undefined): Data {
  return { spec: { template: { $patch: 'replace', ...template } } };
}

async function createRevision(
  objects: Objects,
  owner: Stored<Workload>,
  data: Data,
  revision: number,
): Promise<Revision> {
  const { name, namespace = '', annotations } = owner.metadata;
  for (let collisions = 0; ; collisions++) {
    const hash = safeHash(canonical(data) + (collisions === 0 ? '' : collisions));
    const key = { namespace, name: `${name}-${hash}` };
    const taken = objects.get(controllerRevisions, key);
    if (taken !== undefined) continue;
    const labels = { ...owner.spec?.template.metadata?.labels };
    return objects.create(controllerRevisions, {
      metadata: {
        ...key,
        labels: { ...labels, [HASH]: hash, [REVISION_HASH]: hash },
        ...(annotations === undefined ? {} : { annotations }),
        ownerReferences: [controllerReference(owner)],
      },
      data,
      revision,
    });
  }
}

export function hashOf({ metadata }: Revision): string {
  return metadata.labels?.[REVISION_HASH] ?? metadata.name;
}

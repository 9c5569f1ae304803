import type { DaemonSet } from 'kubernetes-types/apps/v1.js';
import type { Pod } from 'kubernetes-types/core/v1.js';
import type { Stored } from '../../objects/kube-object.ts';
import { NODE_NAME } from '../../objects/node-name.ts';
import { randomName } from '../../objects/safe-name.ts';
import type { ControllerContext } from '../context.ts';
import { createPod } from '../pod/create-pods.ts';
import { deletePod } from '../pod/delete-pod.ts';
import { podOf } from '../pod/pod-of.ts';
import { isActive, isAvailable, isDeleting, isTerminal } from '../pod/pod-state.ts';
import { record } from '../record.ts';
import { REVISION_HASH } from '../revisions/revisions.ts';
import { scaled } from '../scaled.ts';

export interface DaemonPods {
  readonly set: Stored<DaemonSet>;
  readonly pods: readonly Stored<Pod>[];
  /** The hash of the template that the set has now. */
  readonly hash: string;
  /** Whether the node should have a pod of the set. */
  readonly isWanted: boolean;
}

/** How long a pod must have existed until its failure doesn't delay its successor. */
const FAILURE_DELAY_MS = 10_000;

/** Does the next step. Returns after how many milliseconds a failed pod may be replaced. */
export async function step(
  context: ControllerContext,
  daemon: DaemonPods,
): Promise<number | undefined> {
  const { set, pods, isWanted } = daemon;
  const wait = await removeFailed(context, daemon);
  if (wait !== undefined) return wait;
  const active = pods.filter(isActive);
  if (!isWanted) {
    for (const pod of active) await deletePod(context, set, pod);
    return undefined;
  }
  const old = active.filter((pod) => !isUpdated(daemon, pod));
  const updated = active.filter((pod) => isUpdated(daemon, pod)).sort(byAge);
  for (const pod of [...old.slice(1), ...updated.slice(1)]) await deletePod(context, set, pod);
  const [oldPod] = old.sort(byAge);
  const [newPod] = updated;
  if (set.spec?.updateStrategy?.type === 'OnDelete') {
    if (active.length === 0) await create(context, daemon);
    else if (oldPod && newPod) await deletePod(context, set, newPod);
  } else {
    await roll(context, daemon, oldPod, newPod);
  }
  return undefined;
}

/** Replaces the pod of an old revision: before the new pod starts, or with a surge after it serves. */
async function roll(
  context: ControllerContext,
  daemon: DaemonPods,
  oldPod: Stored<Pod> | undefined,
  newPod: Stored<Pod> | undefined,
): Promise<void> {
  const { set, pods } = daemon;
  const surge = scaled(set.spec?.updateStrategy?.rollingUpdate?.maxSurge ?? 0, 1, Math.ceil);
  const isServing = (pod: Stored<Pod>) =>
    isAvailable(pod, set.spec?.minReadySeconds ?? 0, context.now());
  if (surge === 0) {
    if (oldPod) await deletePod(context, set, oldPod);
    else if (!newPod && !pods.some(isDeleting)) await create(context, daemon);
    return;
  }
  if (!newPod) await create(context, daemon);
  if (oldPod && (!isServing(oldPod) || (newPod && isServing(newPod)))) {
    await deletePod(context, set, oldPod);
  }
}

async function removeFailed(
  context: ControllerContext,
  { set, pods }: DaemonPods,
): Promise<number | undefined> {
  for (const pod of pods.filter((each) => isTerminal(each) && !isDeleting(each))) {
    const { name, creationTimestamp } = pod.metadata;
    const wait = Date.parse(creationTimestamp) + FAILURE_DELAY_MS - context.now();
    if (wait > 0) return wait;
    const message = `Found failed daemon pod ${set.metadata.namespace}/${name} on node ${NODE_NAME}, will try to kill it`;
    await record(context, set, 'Warning', 'FailedDaemonPod', message);
    await deletePod(context, set, pod);
  }
  return undefined;
}

async function create(context: ControllerContext, { set, hash }: DaemonPods): Promise<void> {
  const prefix = `${set.metadata.name}-`;
  const pod = podOf(set, set.spec?.template ?? {}, {
    ...{ name: randomName(prefix), generateName: prefix },
    labels: { [REVISION_HASH]: hash },
  });
  await createPod(context, set, pod);
}

export function isUpdated({ hash }: DaemonPods, pod: Stored<Pod>): boolean {
  return pod.metadata.labels?.[REVISION_HASH] === hash;
}

function byAge(one: Stored<Pod>, other: Stored<Pod>): number {
  const age = ({ metadata }: Stored<Pod>) => Date.parse(metadata.creationTimestamp);
  return age(one) - age(other);
}

import type { Pod } from 'kubernetes-types/core/v1.js';
import type { Stored } from '../../objects/kube-object.ts';
import type { ControllerContext } from '../context.ts';
import { BURST, createPod } from '../pod/create-pods.ts';
import { deletePod } from '../pod/delete-pod.ts';
import { isDeleting, isTerminal } from '../pod/pod-state.ts';
import { record } from '../record.ts';
import { templateOf } from '../revisions/revisions.ts';
import { scaled } from '../scaled.ts';
import { createClaims, syncClaimOwners } from './claims.ts';
import { firstOrdinal, memberOf, revisionOf } from './identity.ts';
import { isHealthy, isMemberAvailable, isRunningAndReady, type Members } from './members.ts';

/**
 * Does the next step: creates missing pods in order, deletes surplus ones in reverse order, then
 * replaces one pod of an old revision. Unless pods are managed in parallel, each step waits until
 * the pods before are ready. The events of new pods lead to the next step.
 */
export async function step(context: ControllerContext, members: Members): Promise<void> {
  const isOrdered = members.set.spec?.podManagementPolicy !== 'Parallel';
  let created = 0;
  for (let ordinal = members.first; ordinal < members.end && created < BURST; ordinal++) {
    if (!members.byOrdinal.has(ordinal)) created++;
    const isSettled = await settleMember(context, members, ordinal);
    if (!isSettled && isOrdered) return;
  }
  if (await shrink(context, members, isOrdered)) return;
  if (members.set.spec?.updateStrategy?.type !== 'OnDelete') await update(context, members);
}

/** Returns whether the pod runs and the next one may be looked at. */
async function settleMember(
  context: ControllerContext,
  members: Members,
  ordinal: number,
): Promise<boolean> {
  const { set, byOrdinal } = members;
  const pod = byOrdinal.get(ordinal);
  if (pod === undefined) {
    await createMember(context, members, ordinal);
    return false;
  }
  if (isDeleting(pod)) return false;
  if (isTerminal(pod)) {
    const reason =
      pod.status?.phase === 'Failed' ? 'RecreatingFailedPod' : 'RecreatingTerminatedPod';
    const message = `StatefulSet ${set.metadata.namespace}/${set.metadata.name} is recreating Pod ${pod.metadata.name}`;
    await record(context, set, 'Warning', reason, message);
    await deleteMember(context, members, pod);
    return false;
  }
  if (pod.status?.phase === 'Pending') await createClaims(context, set, pod.metadata.name);
  await syncClaimOwners(context, set, pod, false);
  return isMemberAvailable(set, pod, context.now());
}

async function createMember(
  context: ControllerContext,
  { set, revisions }: Members,
  ordinal: number,
): Promise<void> {
  const { type, rollingUpdate } = set.spec?.updateStrategy ?? {};
  const isPartitioned =
    type !== 'OnDelete' && ordinal < firstOrdinal(set) + (rollingUpdate?.partition ?? 0);
  const current = revisions.all.find(
    ({ metadata }) => metadata.name === set.status?.currentRevision,
  );
  const revision = isPartitioned ? (current ?? revisions.newest) : revisions.newest;
  const pod = memberOf(set, ordinal, templateOf(revision), revision.metadata.name);
  await createClaims(context, set, pod.metadata?.name ?? '');
  const subject = (name: string) => `create Pod ${name} in StatefulSet ${set.metadata.name}`;
  const created = await createPod(context, set, pod, {
    created: (name) => `${subject(name)} successful`,
    failed: (error, name) => `${subject(name)} failed error: ${error}`,
  });
  await syncClaimOwners(context, set, created, false);
}

function deleteMember(context: ControllerContext, { set }: Members, pod: Stored<Pod>) {
  const { name } = pod.metadata;
  const message = `delete Pod ${name} in StatefulSet ${set.metadata.name} successful`;
  return deletePod(context, set, pod, message);
}

/** Deletes surplus pods. Returns whether the rest has to wait. */
async function shrink(
  context: ControllerContext,
  members: Members,
  isOrdered: boolean,
): Promise<boolean> {
  const unhealthy = firstUnhealthy(members);
  for (const pod of members.surplus) {
    if (isDeleting(pod)) {
      if (isOrdered) return true;
      continue;
    }
    // A pod that isn't ready keeps those with higher numbers, which may need it.
    if (isOrdered && !isRunningAndReady(pod) && pod !== unhealthy) return true;
    await syncClaimOwners(context, members.set, pod, true);
    await deleteMember(context, members, pod);
    if (isOrdered) return true;
  }
  return false;
}

function firstUnhealthy({ first, end, byOrdinal, surplus }: Members): Stored<Pod> | undefined {
  const wanted = [...byOrdinal]
    .filter(([ordinal]) => ordinal >= first && ordinal < end)
    .sort(([a], [b]) => a - b)
    .map(([, pod]) => pod);
  return [...wanted, ...[...surplus].reverse()].find((pod) => !isHealthy(pod));
}

/**
 * Replaces pods that have an old revision, from the highest number on, while no more pods than
 * `maxUnavailable` are missing or not ready.
 */
async function update(context: ControllerContext, members: Members): Promise<void> {
  const { set, first, end, byOrdinal, revisions } = members;
  const { partition = 0, maxUnavailable = 1 } = set.spec?.updateStrategy?.rollingUpdate ?? {};
  let left = Math.max(scaled(maxUnavailable, end - first, Math.ceil), 1);
  for (let ordinal = end - 1; ordinal >= first + partition && left > 0; ordinal--) {
    const pod = byOrdinal.get(ordinal);
    const isOld = pod && revisionOf(pod) !== revisions.newest.metadata.name && !isDeleting(pod);
    if (isOld) await deleteMember(context, members, pod);
    const serves = pod && !isOld && isHealthy(pod) && isMemberAvailable(set, pod, context.now());
    if (!serves) left -= 1;
  }
}

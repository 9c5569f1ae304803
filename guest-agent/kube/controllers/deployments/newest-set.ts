import type { Deployment, ReplicaSet } from 'kubernetes-types/apps/v1.js';
import { KubeError } from '../../kube-error.ts';
import { keyOf, type Stored } from '../../objects/kube-object.ts';
import { deployments, replicaSets } from '../../objects/resources.ts';
import { safeHash } from '../../objects/safe-name.ts';
import { canonical, isSame } from '../canonical.ts';
import type { ControllerContext } from '../context.ts';
import { controllerReference, isControlledBy } from '../ownership/owner-reference.ts';
import { messageOf, record } from '../record.ts';
import { REVISION, revisionAnnotations, revisionOf, sizeAnnotations } from './annotations.ts';
import { rolloutLimits } from './limits.ts';
import { deadlineOf } from './progress.ts';
import { type Sets, splitSets, TEMPLATE_HASH, totalSize } from './sets.ts';
import { setCondition } from './status.ts';

/** The number of the newest revision, counting on from the old ones. */
function nextRevision({ old }: Sets): number {
  return Math.max(0, ...old.map(revisionOf)) + 1;
}

/**
 * Gives the newest ReplicaSet its revision and the Deployment the same one, and carries over what
 * the Deployment says about both.
 */
export async function syncRevision(
  { objects }: ControllerContext,
  deployment: Stored<Deployment>,
  sets: Sets,
): Promise<Sets> {
  const { newest } = sets;
  if (newest === undefined) return sets;
  const revision = Math.max(nextRevision(sets), revisionOf(newest));
  const minReadySeconds = deployment.spec?.minReadySeconds ?? 0;
  const updated = await objects.change(replicaSets, keyOf(newest), (set) => {
    const current = set.metadata.annotations ?? {};
    const annotations = revisionAnnotations(current, deployment, revision);
    const isUpToDate =
      isSame(annotations, current) && (set.spec?.minReadySeconds ?? 0) === minReadySeconds;
    if (isUpToDate || set.spec === undefined) return set;
    const metadata = { ...set.metadata, annotations };
    return { ...set, metadata, spec: { ...set.spec, minReadySeconds } };
  });
  await objects.change(deployments, keyOf(deployment), (current) =>
    withRevision(current, revision),
  );
  return { ...sets, newest: updated };
}

function withRevision(deployment: Stored<Deployment>, revision: number): Stored<Deployment> {
  if (revisionOf(deployment) === revision) return deployment;
  const { metadata } = deployment;
  const annotations = { ...metadata.annotations, [REVISION]: String(revision) };
  return { ...deployment, metadata: { ...metadata, annotations } };
}

/** The ReplicaSets, the newest one created if it is missing, with the given size. */
export async function withNewestSet(
  context: ControllerContext,
  deployment: Stored<Deployment>,
  sets: Sets,
): Promise<Sets> {
  if (sets.newest) return syncRevision(context, deployment, sets);
  const newest = await createSet(context, deployment, sets);
  if (newest === undefined) return sets;
  const { replicas = 0 } = newest.spec ?? {};
  if (replicas > 0) {
    const message = `Scaled up replica set ${newest.metadata.name} from 0 to ${replicas}`;
    await record(context, deployment, 'Normal', 'ScalingReplicaSet', message);
  }
  await context.objects.change(deployments, keyOf(deployment), (current) =>
    withNewRollout(withRevision(current, revisionOf(newest)), newest, context.now()),
  );
  return { ...sets, newest };
}

/** The deadline of a rollout starts with its ReplicaSet. */
function withNewRollout(
  deployment: Stored<Deployment>,
  newest: Stored<ReplicaSet>,
  now: number,
): Stored<Deployment> {
  if (deadlineOf(deployment) === undefined) return deployment;
  const condition = {
    ...{ type: 'Progressing', status: 'True', reason: 'NewReplicaSetCreated' },
    message: `Created new replica set "${newest.metadata.name}"`,
  };
  const conditions = setCondition(deployment.status?.conditions, condition, now);
  return { ...deployment, status: { ...deployment.status, conditions } };
}

/** How many pods the newest ReplicaSet starts with. */
function firstSize(deployment: Stored<Deployment>, { old }: Sets): number {
  const { desired, surge } = rolloutLimits(deployment);
  if (deployment.spec?.strategy?.type === 'Recreate') return desired;
  return Math.max(0, Math.min(desired + surge - totalSize(old), desired));
}

async function createSet(
  context: ControllerContext,
  deployment: Stored<Deployment>,
  sets: Sets,
): Promise<Stored<ReplicaSet> | undefined> {
  const { objects } = context;
  const set = newSet(deployment, sets);
  try {
    return await objects.create(replicaSets, set);
  } catch (error) {
    const isTaken = error instanceof KubeError && error.reason === 'AlreadyExists';
    if (!isTaken) {
      const message = `Failed to create new replica set "${set.metadata?.name}": ${messageOf(error)}`;
      await record(context, deployment, 'Warning', 'FailedCreate', message);
      throw error;
    }
    const found = objects.get(replicaSets, {
      ...keyOf(deployment),
      name: set.metadata?.name ?? '',
    });
    if (found && isControlledBy(found, deployment) && splitSets(deployment, [found]).newest) {
      return found;
    }
    // Another template has the same hash. The next attempt uses another one.
    await objects.change(deployments, keyOf(deployment), (current) => ({
      ...current,
      status: { ...current.status, collisionCount: (current.status?.collisionCount ?? 0) + 1 },
    }));
    return undefined;
  }
}

function newSet(deployment: Stored<Deployment>, sets: Sets): ReplicaSet {
  const { template, selector, minReadySeconds = 0 } = deployment.spec ?? {};
  const { collisionCount = 0 } = deployment.status ?? {};
  const hash = safeHash(canonical(template) + (collisionCount > 0 ? collisionCount : ''));
  const { name, namespace } = deployment.metadata;
  const labels = { ...template?.metadata?.labels, [TEMPLATE_HASH]: hash };
  const { desired, surge } = rolloutLimits(deployment);
  return {
    metadata: {
      name: `${name}-${hash}`,
      ...(namespace === undefined ? {} : { namespace }),
      labels,
      annotations: {
        ...revisionAnnotations({}, deployment, nextRevision(sets)),
        ...sizeAnnotations(desired, surge),
      },
      ownerReferences: [controllerReference(deployment)],
    },
    spec: {
      replicas: firstSize(deployment, sets),
      minReadySeconds,
      selector: {
        ...selector,
        matchLabels: { ...selector?.matchLabels, [TEMPLATE_HASH]: hash },
      },
      template: { ...template, metadata: { ...template?.metadata, labels } },
    },
  };
}

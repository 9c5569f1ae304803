import type { Deployment, ReplicaSet } from 'kubernetes-types/apps/v1.js';
import { keyOf, type Stored } from '../../objects/kube-object.ts';
import { replicaSets } from '../../objects/resources.ts';
import { isSame } from '../canonical.ts';
import type { ControllerContext } from '../context.ts';
import { record } from '../record.ts';
import { sizeAnnotations } from './annotations.ts';
import { rolloutLimits } from './limits.ts';
import { sizeOf } from './sets.ts';

/** Sets the size of a ReplicaSet, and notes the size of the Deployment that it belongs to. */
export async function resize(
  context: ControllerContext,
  deployment: Stored<Deployment>,
  set: Stored<ReplicaSet>,
  size: number,
): Promise<boolean> {
  const old = sizeOf(set);
  const { desired, surge } = rolloutLimits(deployment);
  await context.objects.change(replicaSets, keyOf(set), (current) => {
    const annotations = { ...current.metadata.annotations, ...sizeAnnotations(desired, surge) };
    const isUpToDate =
      sizeOf(current) === size && isSame(annotations, current.metadata.annotations);
    if (isUpToDate || current.spec === undefined) return current;
    const metadata = { ...current.metadata, annotations };
    return { ...current, metadata, spec: { ...current.spec, replicas: size } };
  });
  if (old === size) return false;
  const direction = size > old ? 'up' : 'down';
  const message = `Scaled ${direction} replica set ${set.metadata.name} from ${old} to ${size}`;
  await record(context, deployment, 'Normal', 'ScalingReplicaSet', message);
  return true;
}

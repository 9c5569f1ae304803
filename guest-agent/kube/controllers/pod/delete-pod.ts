import type { Pod } from 'kubernetes-types/core/v1.js';
import { type KubeObject, keyOf, type Stored } from '../../objects/kube-object.ts';
import { pods } from '../../objects/resources.ts';
import type { ControllerContext } from '../context.ts';
import { record } from '../record.ts';

/** Asks for the end of a pod, and records it as an event of its owner. */
export async function deletePod(
  context: ControllerContext,
  owner: Stored<KubeObject>,
  pod: Stored<Pod>,
  message = `Deleted pod: ${pod.metadata.name}`,
): Promise<void> {
  const { objects } = context;
  const current = objects.get(pods, keyOf(pod));
  // Somebody else may have deleted it, and a new pod may have its name.
  if (current?.metadata.uid !== pod.metadata.uid) return;
  if (current.metadata.deletionTimestamp !== undefined) return;
  await objects.requestDeletion(pods, keyOf(pod));
  await record(context, owner, 'Normal', 'SuccessfulDelete', message);
}

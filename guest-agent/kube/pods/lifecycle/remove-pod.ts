import type { Pod } from 'kubernetes-types/core/v1.js';
import { removeContainer } from '../../../engine/containers/lifecycle/remove.ts';
import { keyOf, type Stored } from '../../objects/kube-object.ts';
import type { Objects } from '../../objects/objects.ts';
import { pods } from '../../objects/resources.ts';
import type { RunnerContext } from '../pod-context.ts';
import type { PodDirectories } from '../volumes/pod-directories.ts';
import { containersOfPod } from './container-runs.ts';

/** Removes everything that a pod has in the engine. */
export async function removeContents(
  { engine }: RunnerContext,
  directories: PodDirectories,
  uid: string,
): Promise<void> {
  for (const container of containersOfPod(engine, uid)) {
    await removeContainer(engine, container, { force: true, volumes: true });
  }
  await directories.remove(uid);
}

/** Removes the object of a pod that has ended, unless finalizers keep it. */
export async function removeObject(objects: Objects, pod: Stored<Pod>): Promise<void> {
  const key = keyOf(pod);
  const current = objects.get(pods, key);
  if (current?.metadata.uid !== pod.metadata.uid) return;
  if ((current.metadata.finalizers ?? []).length === 0) await objects.remove(pods, key);
  else {
    // From now on, only finalizers keep the object.
    await objects.change(pods, key, ({ metadata, ...rest }) => ({
      ...rest,
      metadata: { ...metadata, deletionGracePeriodSeconds: 0 },
    }));
  }
}

import type { Pod, VolumeMount } from 'kubernetes-types/core/v1.js';
import type { Stored } from '../../objects/kube-object.ts';
import { pause, unlessAborted } from '../pause.ts';
import { messageOf } from '../pod-error.ts';
import { VolumeError } from '../volumes/projected-files.ts';
import type { PodScope } from './pod-scope.ts';

/** The wait of the kubelet between two tries. */
const RETRY_MS = 10_000;

/**
 * Prepares the volumes of a pod, again and again until all are available. `unschedulable` learns why
 * the pod can't begin: Kubernetes doesn't schedule a pod whose claims aren't bound. Rejects with the
 * signal's reason.
 */
export async function prepareVolumes(
  scope: PodScope,
  unschedulable: (message: string | undefined) => void,
  signal: AbortSignal,
): Promise<void> {
  for (;;) {
    try {
      await scope.volumes.prepare(scope.view());
      unschedulable(undefined);
      warnOfPropagation(scope);
      return;
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof VolumeError)) scope.runner.log('preparing volumes of a pod', error);
      const message = messageOf(error);
      const isUnbound = message.startsWith('pod has unbound');
      unschedulable(isUnbound ? message : undefined);
      scope.say('Warning', isUnbound ? 'FailedScheduling' : 'FailedMount', message);
    }
    await Promise.race([pause(RETRY_MS, signal), unlessAborted(scope.changed(), signal)]);
  }
}

function warnOfPropagation(scope: PodScope): void {
  for (const { name, mountPropagation = 'None' } of mountsOf(scope.view().pod)) {
    if (mountPropagation === 'None') continue;
    const message = `Berth ignores the mountPropagation ${mountPropagation} of volume "${name}"`;
    scope.say('Warning', 'MountPropagationIgnored', message);
  }
}

function mountsOf({ spec }: Stored<Pod>): readonly VolumeMount[] {
  const containers = [...(spec?.initContainers ?? []), ...(spec?.containers ?? [])];
  return containers.flatMap(({ volumeMounts = [] }) => volumeMounts);
}

import type { Pod } from 'kubernetes-types/core/v1.js';
import type { Stored } from '../../objects/kube-object.ts';

/** The names of the claims that a pod uses. */
export function claimNames({ metadata, spec }: Stored<Pod>): string[] {
  return (spec?.volumes ?? []).flatMap(({ name, ephemeral, persistentVolumeClaim }) => {
    if (ephemeral) return ephemeralClaimName(metadata.name, name);
    return persistentVolumeClaim?.claimName ?? [];
  });
}

/** The name of the claim that is made for a volume of one pod. */
export const ephemeralClaimName = (pod: string, volume: string) => `${pod}-${volume}`;

/** Whether a pod that hasn't ended uses a claim. */
export function isUsed(claim: string, pods: readonly Stored<Pod>[]): boolean {
  return pods.some(
    (pod) =>
      pod.status?.phase !== 'Succeeded' &&
      pod.status?.phase !== 'Failed' &&
      claimNames(pod).includes(claim),
  );
}

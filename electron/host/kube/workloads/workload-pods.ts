import type { Pod } from '../objects/pod.ts';
import type { Workload } from '../objects/workload.ts';

/** The pods that belong to a workload by its labels, the newest first. */
export function podsOf({ kind, metadata, spec }: Workload, pods: readonly Pod[]): Pod[] {
  const labels = Object.entries(spec.selector?.matchLabels ?? {});
  return pods
    .filter((pod) => {
      if (pod.metadata.namespace !== metadata.namespace) return false;
      if (kind === 'Pod') return pod.metadata.name === metadata.name;
      const own = pod.metadata.labels ?? {};
      return labels.length > 0 && labels.every(([key, value]) => own[key] === value);
    })
    .sort((a, b) => age(b) - age(a));
}

const age = ({ metadata }: Pod) => Date.parse(metadata.creationTimestamp ?? '') || 0;

import type { PodSpec, ResourceRequirements } from 'kubernetes-types/core/v1.js';

/** The quality of service that a pod's requests and limits give it. */
export function qosClass({ containers, initContainers = [] }: PodSpec): string {
  const all = [...initContainers, ...containers].map(({ resources = {} }) => resources);
  if (all.every((resources) => isEmpty(resources))) return 'BestEffort';
  return all.every(isGuaranteed) ? 'Guaranteed' : 'Burstable';
}

const NAMES = ['cpu', 'memory'];

function isEmpty({ limits = {}, requests = {} }: ResourceRequirements): boolean {
  return NAMES.every((name) => limits[name] === undefined && requests[name] === undefined);
}

function isGuaranteed({ limits = {}, requests = {} }: ResourceRequirements): boolean {
  return NAMES.every((name) => {
    const limit = limits[name];
    return limit !== undefined && (requests[name] ?? limit) === limit;
  });
}

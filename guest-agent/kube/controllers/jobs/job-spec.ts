import type { Job } from 'kubernetes-types/batch/v1.js';
import { keyOf, type Stored } from '../../objects/kube-object.ts';
import type { Objects } from '../../objects/objects.ts';
import { jobs } from '../../objects/resources.ts';

/** Keeps a pod in the store until its Job has counted how it ended. */
export const TRACKING = 'batch.kubernetes.io/job-tracking';
export const COMPLETION_INDEX = 'batch.kubernetes.io/job-completion-index';
export const INDEX_FAILURES = 'batch.kubernetes.io/job-index-failure-count';
const CONTROLLER_UID = 'batch.kubernetes.io/controller-uid';
const JOB_NAME = 'batch.kubernetes.io/job-name';

export function isIndexed({ spec }: Job): boolean {
  return spec?.completionMode === 'Indexed';
}

/** How many pods must succeed. Undefined if the pods themselves decide when the work is done. */
export function completionsOf({ spec }: Job): number | undefined {
  return spec?.completions ?? (spec?.parallelism === undefined ? 1 : undefined);
}

export function parallelismOf({ spec }: Job): number {
  return spec?.parallelism ?? 1;
}

/** Whether pods are replaced, and count as failed, as soon as they are asked to end. */
export function replacesTerminating({ spec }: Job): boolean {
  if (spec?.podReplacementPolicy) return spec.podReplacementPolicy === 'TerminatingOrFailed';
  return spec?.podFailurePolicy === undefined;
}

/** The Job with a selector for its own pods, which Jobs usually don't have from their author. */
export function withSelector(objects: Objects, job: Stored<Job>): Promise<Stored<Job> | undefined> {
  return objects.change(jobs, keyOf(job), (current) => {
    const { spec } = current;
    if (spec === undefined || spec.selector !== undefined) return current;
    const { uid, name } = current.metadata;
    const { metadata = {} } = spec.template;
    const labels = {
      ...metadata.labels,
      ...{ [CONTROLLER_UID]: uid, [JOB_NAME]: name, 'controller-uid': uid, 'job-name': name },
    };
    const template = { ...spec.template, metadata: { ...metadata, labels } };
    const selector = { matchLabels: { [CONTROLLER_UID]: uid } };
    return { ...current, spec: { ...spec, selector, template } };
  });
}

import type { PersistentVolumeClaim, PodTemplateSpec } from 'kubernetes-types/core/v1.js';
import type { LabelSelector } from 'kubernetes-types/meta/v1.js';
import type { KubeObject } from '../objects/kube-object.ts';
import { isEmptySelector, selects } from '../objects/label-selector.ts';
import { MAX_PODS } from '../objects/max-pods.ts';
import type { FieldErrors } from './field-errors.ts';
import { checkLabels } from './metadata.ts';
import { checkPodSpec } from './pod-spec.ts';

interface WorkloadSpec {
  readonly replicas?: number;
  readonly selector?: LabelSelector;
  readonly template?: PodTemplateSpec;
  readonly volumeClaimTemplates?: readonly PersistentVolumeClaim[];
}

/** A Deployment, ReplicaSet, StatefulSet or DaemonSet. */
export function checkWorkload(object: KubeObject, errors: FieldErrors): void {
  const { spec = {} } = object as { readonly spec?: WorkloadSpec };
  const { replicas = 0, selector, template, volumeClaimTemplates = [] } = spec;
  checkPodCount(replicas, 'spec.replicas', errors);
  if (selector === undefined) errors.required('spec.selector');
  else if (isEmptySelector(selector)) {
    errors.invalid('spec.selector', selector, 'empty selector is invalid for deployment');
  }
  if (template === undefined) {
    errors.required('spec.template');
    return;
  }
  const labels = template.metadata?.labels ?? {};
  if (selector && !selects(selector, labels)) {
    errors.invalid(
      'spec.template.metadata.labels',
      labels,
      '`selector` does not match template `labels`',
    );
  }
  const claims = volumeClaimTemplates.flatMap(({ metadata }) => metadata?.name ?? []);
  checkTemplate(template, 'spec.template', errors, claims);
  const { restartPolicy = 'Always' } = template.spec ?? {};
  if (restartPolicy !== 'Always') {
    errors.notSupported('spec.template.spec.restartPolicy', restartPolicy, ['Always']);
  }
}

/** More pods than the node can have would only be objects that wait for ever. */
export function checkPodCount(count: number, at: string, errors: FieldErrors): void {
  if (count < 0) errors.invalid(at, count, 'must be greater than or equal to 0');
  if (count <= MAX_PODS) return;
  const limit = `must be less than or equal to ${MAX_PODS}`;
  errors.invalid(
    at,
    count,
    `${limit}: this cluster has one node, which runs at most ${MAX_PODS} pods`,
  );
}

export function checkTemplate(
  { metadata, spec }: PodTemplateSpec,
  at: string,
  errors: FieldErrors,
  otherVolumes: readonly string[] = [],
): void {
  checkLabels(metadata?.labels ?? {}, `${at}.metadata.labels`, errors);
  checkPodSpec(spec, `${at}.spec`, errors, otherVolumes);
}

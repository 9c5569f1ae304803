import type { PodTemplateSpec } from 'kubernetes-types/core/v1.js';
import type { LabelSelector } from 'kubernetes-types/meta/v1.js';
import type { KubeObject } from '../objects/kube-object.ts';
import type { FieldErrors } from './field-errors.ts';
import { checkLabels } from './metadata.ts';
import { checkPodSpec } from './pod-spec.ts';

interface WorkloadSpec {
  readonly replicas?: number;
  readonly selector?: LabelSelector;
  readonly template?: PodTemplateSpec;
}

/** A Deployment, ReplicaSet, StatefulSet or DaemonSet. */
export function checkWorkload(object: KubeObject, errors: FieldErrors): void {
  const { spec = {} } = object as { readonly spec?: WorkloadSpec };
  const { replicas = 0, selector, template } = spec;
  if (replicas < 0) {
    errors.invalid('spec.replicas', replicas, 'must be greater than or equal to 0');
  }
  if (selector === undefined) errors.required('spec.selector');
  else if (isEmpty(selector)) {
    errors.invalid('spec.selector', selector, 'empty selector is invalid for deployment');
  }
  if (template === undefined) {
    errors.required('spec.template');
    return;
  }
  const labels = template.metadata?.labels ?? {};
  if (selector && !matches(selector, labels)) {
    errors.invalid(
      'spec.template.metadata.labels',
      labels,
      '`selector` does not match template `labels`',
    );
  }
  checkTemplate(template, 'spec.template', errors);
  const { restartPolicy = 'Always' } = template.spec ?? {};
  if (restartPolicy !== 'Always') {
    errors.notSupported('spec.template.spec.restartPolicy', restartPolicy, ['Always']);
  }
}

export function checkTemplate(
  { metadata, spec }: PodTemplateSpec,
  at: string,
  errors: FieldErrors,
): void {
  checkLabels(metadata?.labels ?? {}, `${at}.metadata.labels`, errors);
  checkPodSpec(spec, `${at}.spec`, errors);
}

function isEmpty({ matchLabels = {}, matchExpressions = [] }: LabelSelector): boolean {
  return Object.keys(matchLabels).length === 0 && matchExpressions.length === 0;
}

function matches(
  { matchLabels = {}, matchExpressions = [] }: LabelSelector,
  labels: Readonly<Record<string, string>>,
): boolean {
  const isEqual = Object.entries(matchLabels).every(([key, value]) => labels[key] === value);
  return (
    isEqual &&
    matchExpressions.every(({ key, operator, values = [] }) => {
      const value = labels[key];
      switch (operator) {
        case 'In':
          return value !== undefined && values.includes(value);
        case 'NotIn':
          return value === undefined || !values.includes(value);
        case 'Exists':
          return value !== undefined;
        default:
          return value === undefined;
      }
    })
  );
}

import type { KubeObject } from '../objects/kube-object.ts';
import type { Resource } from '../objects/resource.ts';
import type { FieldErrors } from './field-errors.ts';
import {
  dnsLabel,
  dnsSubdomain,
  labelValue,
  type NameRule,
  pathSegment,
  qualifiedName,
  serviceName,
} from './names.ts';

/** As much as all annotations of an object may have together. */
const MAX_ANNOTATION_BYTES = 256 << 10;

const rules: Readonly<Record<string, NameRule>> = {
  ...{ Namespace: dnsLabel, Service: serviceName },
  ...{ Role: pathSegment, RoleBinding: pathSegment },
  ...{ ClusterRole: pathSegment, ClusterRoleBinding: pathSegment },
};

export function checkMetadata(
  { kind }: Resource,
  { metadata = {} }: KubeObject,
  errors: FieldErrors,
): void {
  const { name, generateName, labels = {}, annotations = {} } = metadata;
  if (name === undefined && generateName === undefined) {
    errors.required('metadata.name', 'name or generateName is required');
  } else {
    const wrong = (rules[kind] ?? dnsSubdomain)(name ?? '');
    if (wrong) errors.invalid('metadata.name', name, wrong);
  }
  checkLabels(labels, 'metadata.labels', errors);
  for (const key of Object.keys(annotations)) {
    const wrong = qualifiedName(key.toLowerCase());
    if (wrong) errors.invalid('metadata.annotations', key, wrong);
  }
  const size = Object.entries(annotations).flat().join('').length;
  if (size > MAX_ANNOTATION_BYTES) {
    errors.invalid('metadata.annotations', '', `must have at most ${MAX_ANNOTATION_BYTES} bytes`);
  }
}

export function checkLabels(
  labels: Readonly<Record<string, string>>,
  field: string,
  errors: FieldErrors,
): void {
  for (const [key, value] of Object.entries(labels)) {
    const wrongKey = qualifiedName(key);
    if (wrongKey) errors.invalid(field, key, wrongKey);
    const wrongValue = labelValue(value);
    if (wrongValue) errors.invalid(field, value, wrongValue);
  }
}

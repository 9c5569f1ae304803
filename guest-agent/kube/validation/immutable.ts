import { isDeepStrictEqual } from 'node:util';
import type { Container, PodSpec } from 'kubernetes-types/core/v1.js';
import type { KubeObject, Stored } from '../objects/kube-object.ts';
import type { Resource } from '../objects/resource.ts';
import { checkDebugContainers } from './debug-containers.ts';
import type { FieldErrors } from './field-errors.ts';

const MESSAGE = 'field is immutable';

/** The fields of a spec that no update may change, by kind. */
const fixed: Readonly<Record<string, readonly string[]>> = {
  Deployment: ['selector'],
  ReplicaSet: ['selector'],
  DaemonSet: ['selector'],
  Job: ['selector', 'completionMode', 'template'],
};

/** Everything else of a StatefulSet's spec stays as it is. */
const STATEFUL_SET = [
  ...['replicas', 'ordinals', 'template', 'updateStrategy', 'revisionHistoryLimit'],
  ...['persistentVolumeClaimRetentionPolicy', 'minReadySeconds'],
];

/** The subresource through which a pod gets debug containers. */
const DEBUG = 'ephemeralcontainers';

type Spec = Readonly<Record<string, unknown>>;

export function checkImmutable(
  { kind }: Resource,
  object: KubeObject,
  current: Stored<KubeObject>,
  errors: FieldErrors,
  subresource?: string,
): void {
  const [spec, before] = [specOf(object), specOf(current)];
  for (const field of fixed[kind] ?? []) {
    if (!isDeepStrictEqual(spec[field], before[field])) {
      errors.invalid(`spec.${field}`, spec[field], MESSAGE);
    }
  }
  if (kind === 'StatefulSet') checkStatefulSet(spec, before, errors);
  if (kind === 'Pod') {
    const check = subresource === DEBUG ? checkDebugContainers : checkPod;
    check(spec as unknown as PodSpec, before as unknown as PodSpec, errors);
  }
  if (kind === 'RoleBinding' || kind === 'ClusterRoleBinding') checkRole(object, current, errors);
  if (kind === 'ConfigMap' || kind === 'Secret') checkData(object, current, errors);
}

const specOf = (object: object): Spec => ('spec' in object ? (object.spec as Spec) : {}) ?? {};

function checkStatefulSet(spec: Spec, before: Spec, errors: FieldErrors): void {
  const names = Object.keys({ ...spec, ...before }).filter((name) => !STATEFUL_SET.includes(name));
  if (names.every((name) => isDeepStrictEqual(spec[name], before[name]))) return;
  errors.forbidden(
    'spec',
    "updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden",
  );
}

/** Only the images of a pod can change, and how long it may run. */
function checkPod(spec: PodSpec, before: PodSpec, errors: FieldErrors): void {
  if (isDeepStrictEqual(changeless(spec), changeless(before))) return;
  errors.forbidden(
    'spec',
    'pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)',
  );
}

function changeless(spec: PodSpec): object {
  const without = ({ image: _, ...rest }: Container) => rest;
  const { activeDeadlineSeconds: _, tolerations: __, ...rest } = spec;
  return {
    ...{ ...rest, containers: spec.containers.map(without) },
    initContainers: (spec.initContainers ?? []).map(without),
  };
}

type Binding = KubeObject & { readonly roleRef?: unknown };

function checkRole(object: Binding, current: Binding, errors: FieldErrors): void {
  if (isDeepStrictEqual(object.roleRef, current.roleRef)) return;
  errors.invalid('roleRef', object.roleRef, 'cannot change roleRef');
}

type Data = KubeObject & {
  readonly immutable?: boolean;
  readonly data?: unknown;
  readonly binaryData?: unknown;
};

function checkData(object: Data, current: Data, errors: FieldErrors): void {
  if (!current.immutable) return;
  if (!object.immutable)
    errors.forbidden('immutable', 'field is immutable when `immutable` is set');
  for (const field of ['data', 'binaryData'] as const) {
    if (!isDeepStrictEqual(object[field], current[field])) {
      errors.forbidden(field, 'field is immutable when `immutable` is set');
    }
  }
}

import { KubeError } from '../../kube-error.ts';
import type { KubeObject } from '../../objects/kube-object.ts';

/** A mistake at one field of an object, in the words of Kubernetes' API server. */
export function fieldError(
  kind: string,
  object: KubeObject,
  field: string,
  message: string,
): KubeError {
  const name = object.metadata?.name ?? '';
  return new KubeError('Invalid', `${kind} "${name}" is invalid: ${field}: ${message}`, {
    causes: [{ field, reason: 'FieldValueInvalid', message }],
  });
}

import { KubeError } from '../../kube-error.ts';
import type { KubeObject } from '../../objects/kube-object.ts';

/** A mistake at one field of an object, in the words of Kubernetes' API server. */
export function fieldError(object: KubeObject, field: string, message: string): KubeError {
  return new KubeError('Invalid', `${field}: ${message}`, {
    causes: [{ field, reason: 'FieldValueInvalid', message }],
    ...(object.metadata?.name === undefined ? {} : { objectName: object.metadata.name }),
  });
}

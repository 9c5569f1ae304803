import type { PolicyRule } from 'kubernetes-types/rbac/v1.js';
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
  readonly groups: readonly string[];
  /** Whether the sender may do everything, whatever roles say. */
  readonly mayAll: boolean;
  /** What roles allow in a namespace, or everywhere. */
  rules(namespace: string | undefined): readonly PolicyRule[];
  may(action: Action): boolean;
  /** Throws KubeError 'Forbidden' if an object would give rights that the sender doesn't have. */
  checkGrants(resource: Resource, object: KubeObject): void;
}

/** Whose token it is, and for which of the audiences. */
export interface TokenOwner {
  readonly user: {
    readonly name: string;
    readonly uid: string;
    readonly groups: readonly string[];
    /** Such as the pod that has the token. */
    readonly extra: Readonly<Record<string, string[]>>;
  };
  readonly audiences: readonly string[];
}

/** The users of a cluster. */
export interface Users {
  rightsOf(name: string, groups: readonly string[]): Rights;
  /** Undefined if the token isn't valid for any of the audiences, by default for this API. */
  ofToken(token: string, audiences?: readonly string[]): TokenOwner | undefined;
}

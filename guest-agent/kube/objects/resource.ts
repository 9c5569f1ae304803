import type { KubeObject } from './kube-object.ts';

/** A kind of object that the Kubernetes API offers. */
export interface Resource<T extends KubeObject = KubeObject> {
  /** Empty for the core group. */
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly plural: string;
  readonly shortNames: readonly string[];
  readonly isNamespaced: boolean;
  /** `all` for those that `kubectl get all` lists. */
  readonly categories: readonly string[];
  /** Objects of these kinds have a status that only controllers set. */
  readonly hasStatus: boolean;
  /** Whether a change of the `spec` counts up `metadata.generation`. */
  readonly hasGeneration: boolean;
  /** Never set. Tells the compiler the type of the objects. */
  readonly object?: T;
}

type Parts = Pick<Resource, 'group' | 'version' | 'kind' | 'plural'> & Partial<Resource>;

export function resource<T extends KubeObject>(parts: Parts): Resource<T> {
  const { object: _, ...rest } = parts;
  return {
    ...{
      shortNames: [],
      isNamespaced: true,
      categories: [],
      hasStatus: true,
      hasGeneration: false,
    },
    ...rest,
  };
}

/** `apps/v1`, or `v1` for the core group. */
export function apiVersionOf({ group, version }: Pick<Resource, 'group' | 'version'>): string {
  return group === '' ? version : `${group}/${version}`;
}

/** `deployments.apps`, as error messages name a resource. */
export function resourceName({ group, plural }: Pick<Resource, 'group' | 'plural'>): string {
  return group === '' ? plural : `${plural}.${group}`;
}

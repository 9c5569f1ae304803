import type { ObjectMeta } from 'kubernetes-types/meta/v1.js';

/** What every object of Kubernetes has. The types of each kind come from `kubernetes-types`. */
export interface KubeObject {
  apiVersion?: string;
  kind?: string;
  metadata?: ObjectMeta;
}

/** Metadata that the store sets, so that stored objects always have it. */
type StoredMeta = ObjectMeta &
  Required<Pick<ObjectMeta, 'name' | 'uid' | 'resourceVersion' | 'creationTimestamp'>>;

/** An object as it comes out of the store. Nobody changes it; a change stores a new object. */
export type Stored<T extends KubeObject> = Omit<T, 'metadata'> & {
  apiVersion: string;
  kind: string;
  metadata: StoredMeta;
};

/** The place of an object among those of its resource. Cluster-wide objects have no namespace. */
export interface ObjectKey {
  readonly namespace?: string;
  readonly name: string;
}

export function keyOf({ metadata }: Stored<KubeObject>): ObjectKey {
  const { namespace, name } = metadata;
  return namespace === undefined ? { name } : { namespace, name };
}

/** `NAMESPACE/NAME`, or `NAME` for cluster-wide objects. */
export function keyText({ namespace, name }: ObjectKey): string {
  return namespace === undefined ? name : `${namespace}/${name}`;
}

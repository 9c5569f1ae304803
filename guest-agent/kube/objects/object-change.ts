import type { KubeObject, Stored } from './kube-object.ts';

export interface ObjectChange<T extends KubeObject = KubeObject> {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly object: Stored<T>;
  /** The object before the change. */
  readonly previous?: Stored<T>;
}

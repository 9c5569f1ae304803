import { randomUUID } from 'node:crypto';
import { KubeError } from '../kube-error.ts';
import { type KubeObject, keyOf, keyText, type ObjectKey, type Stored } from './kube-object.ts';
import { apiVersionOf, type Resource } from './resource.ts';

export interface ObjectChange<T extends KubeObject = KubeObject> {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly object: Stored<T>;
}

type Listener<T extends KubeObject> = (change: ObjectChange<T>) => void;

/**
 * The desired and the actual state, as in etcd behind a Kubernetes API server. Controllers read and
 * write it; the API shows it. Every write gets a new resource version, and listeners hear of it
 * after it is stored.
 */
export class Objects {
  readonly #objects = new Map<Resource, Map<string, Stored<KubeObject>>>();
  readonly #listeners = new Map<Resource, Set<Listener<KubeObject>>>();
  #version = 0;

  get<T extends KubeObject>(resource: Resource<T>, key: ObjectKey): Stored<T> | undefined {
    return this.#of(resource).get(keyText(key)) as Stored<T> | undefined;
  }

  /** In order of their names. Without `namespace`, those of all namespaces. */
  list<T extends KubeObject>(resource: Resource<T>, namespace?: string): Stored<T>[] {
    return ([...this.#of(resource).values()] as Stored<T>[])
      .filter(({ metadata }) => namespace === undefined || metadata.namespace === namespace)
      .sort((a, b) => keyText(keyOf(a)).localeCompare(keyText(keyOf(b))));
  }

  /** Throws KubeError 'AlreadyExists'. */
  async create<T extends KubeObject>(resource: Resource<T>, object: T): Promise<Stored<T>> {
    const { metadata = {} } = object;
    const { name, namespace } = metadata;
    if (name === undefined) throw new KubeError('Invalid', 'metadata.name: Required value');
    const key = namespace === undefined ? { name } : { namespace, name };
    if (this.get(resource, key)) {
      const what = `${resource.plural}${resource.group && `.${resource.group}`}`;
      throw new KubeError('AlreadyExists', `${what} "${name}" already exists`);
    }
    const stored: Stored<T> = {
      ...object,
      apiVersion: apiVersionOf(resource),
      kind: resource.kind,
      metadata: {
        ...metadata,
        name,
        uid: randomUUID(),
        resourceVersion: this.#nextVersion(),
        creationTimestamp: now(),
      },
    };
    this.#put(resource, 'ADDED', stored);
    return stored;
  }

  /**
   * Replaces an object. Throws KubeError 'NotFound', and 'Conflict' if it has changed since the
   * caller read it. Removes it if it waits only for its last finalizer and has none any more.
   */
  async update<T extends KubeObject>(resource: Resource<T>, object: Stored<T>): Promise<Stored<T>> {
    const current = this.#require(resource, keyOf(object));
    const { resourceVersion } = object.metadata;
    if (current.metadata.resourceVersion !== resourceVersion) {
      throw new KubeError(
        'Conflict',
        `Operation cannot be fulfilled on ${resource.plural} "${object.metadata.name}": the object has been modified; please apply your changes to the latest version and try again`,
      );
    }
    const stored = {
      ...object,
      metadata: { ...object.metadata, resourceVersion: this.#nextVersion() },
    };
    this.#put(resource, 'MODIFIED', stored);
    return stored;
  }

  /**
   * Changes an object as it is now, without a conflict. `change` returns the object that it got if
   * nothing changes. Undefined if there is no such object.
   */
  async change<T extends KubeObject>(
    resource: Resource<T>,
    key: ObjectKey,
    change: (object: Stored<T>) => Stored<T>,
  ): Promise<Stored<T> | undefined> {
    const current = this.get(resource, key);
    if (current === undefined) return undefined;
    const changed = change(current);
    return changed === current ? current : this.update(resource, changed);
  }

  /**
   * What a client's delete does. Objects with finalizers, and pods, which their runner stops first,
   * only get a `deletionTimestamp`; the others are removed.
   */
  async requestDeletion<T extends KubeObject>(
    resource: Resource<T>,
    key: ObjectKey,
    gracePeriodSeconds?: number,
  ): Promise<Stored<T>> {
    const current = this.#require(resource, key);
    const waits = resource.kind === 'Pod' || (current.metadata.finalizers ?? []).length > 0;
    if (!waits) return this.remove(resource, key);
    if (current.metadata.deletionTimestamp !== undefined && gracePeriodSeconds === undefined) {
      return current;
    }
    const metadata = {
      ...current.metadata,
      deletionTimestamp: current.metadata.deletionTimestamp ?? now(),
      ...(gracePeriodSeconds === undefined
        ? {}
        : { deletionGracePeriodSeconds: gracePeriodSeconds }),
    };
    return this.update(resource, { ...current, metadata });
  }

  /** Removes an object at once. Throws KubeError 'NotFound'. */
  async remove<T extends KubeObject>(resource: Resource<T>, key: ObjectKey): Promise<Stored<T>> {
    const current = this.#require(resource, key);
    const metadata = { ...current.metadata, resourceVersion: this.#nextVersion() };
    const removed = { ...current, metadata };
    this.#of(resource).delete(keyText(key));
    this.#announce(resource, { type: 'DELETED', object: removed });
    return removed;
  }

  /** Calls `listener` after each change. Returns a function that ends this. */
  listen<T extends KubeObject>(resource: Resource<T>, listener: Listener<T>): () => void {
    const listeners = this.#listeners.get(resource) ?? new Set();
    this.#listeners.set(resource, listeners);
    listeners.add(listener as Listener<KubeObject>);
    return () => listeners.delete(listener as Listener<KubeObject>);
  }

  #require<T extends KubeObject>(resource: Resource<T>, key: ObjectKey): Stored<T> {
    const found = this.get(resource, key);
    if (found) return found;
    const what = `${resource.plural}${resource.group && `.${resource.group}`}`;
    throw new KubeError('NotFound', `${what} "${key.name}" not found`);
  }

  #of(resource: Resource): Map<string, Stored<KubeObject>> {
    const found = this.#objects.get(resource) ?? new Map();
    this.#objects.set(resource, found);
    return found;
  }

  #put(resource: Resource, type: 'ADDED' | 'MODIFIED', object: Stored<KubeObject>): void {
    this.#of(resource).set(keyText(keyOf(object)), object);
    this.#announce(resource, { type, object });
  }

  #announce(resource: Resource, change: ObjectChange): void {
    for (const listener of this.#listeners.get(resource) ?? []) listener(change);
  }

  #nextVersion(): string {
    this.#version += 1;
    return String(this.#version);
  }
}

/** The time in the form of `metav1.Time`, whole seconds. */
function now(): string {
  return `${new Date().toISOString().slice(0, 19)}Z`;
}

import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { KubeError } from '../kube-error.ts';
import { deletionOf, isFinished, type PropagationPolicy } from './deletion.ts';
import { History } from './history.ts';
import { type KubeObject, keyOf, keyText, type ObjectKey, type Stored } from './kube-object.ts';
import type { ObjectChange } from './object-change.ts';
import { apiVersionOf, type Resource, resourceName } from './resource.ts';
import { timestamp } from './timestamp.ts';

export type { ObjectChange } from './object-change.ts';

/** Keeps objects on disk. Its methods resolve once the change is durable. */
export interface ObjectStorage {
  put(resource: Resource, object: Stored<KubeObject>): Promise<void>;
  delete(resource: Resource, object: Stored<KubeObject>): Promise<void>;
}

export interface StoredObjects {
  readonly storage: ObjectStorage;
  readonly version: number;
  readonly objects: readonly (readonly [Resource, Stored<KubeObject>])[];
}

type Listener<T extends KubeObject> = (change: ObjectChange<T>) => void;

/** Only in memory. */
const noStorage: ObjectStorage = { put: async () => {}, delete: async () => {} };

/**
 * The desired and the actual state, as in etcd behind a Kubernetes API server. Controllers read and
 * write it; the API shows it. Every write gets a new resource version. Listeners hear of it at
 * once, and the caller's promise resolves when it is durable.
 */
export class Objects {
  readonly #objects = new Map<Resource, Map<string, Stored<KubeObject>>>();
  readonly #listeners = new Map<Resource, Set<Listener<KubeObject>>>();
  readonly #forgetListeners = new Set<() => void>();
  readonly #storage: ObjectStorage;
  readonly #history: History;
  #version: number;

  /** Without `stored`, the objects are only in memory. */
  constructor(stored: StoredObjects = { storage: noStorage, version: 0, objects: [] }) {
    this.#storage = stored.storage;
    this.#version = stored.version;
    this.#history = new History(stored.version);
    for (const [resource, object] of stored.objects) {
      this.#of(resource).set(keyText(keyOf(object)), object);
    }
  }

  /** The resource version of the last change of any object. */
  get version(): string {
    return String(this.#version);
  }

  get<T extends KubeObject>(resource: Resource<T>, key: ObjectKey): Stored<T> | undefined {
    return this.#of(resource).get(keyText(key)) as Stored<T> | undefined;
  }

  /** In order of their names. Without `namespace`, those of all namespaces. */
  list<T extends KubeObject>(resource: Resource<T>, namespace?: string): Stored<T>[] {
    return ([...this.#of(resource).values()] as Stored<T>[])
      .filter(({ metadata }) => namespace === undefined || metadata.namespace === namespace)
      .sort((a, b) => compareText(keyText(keyOf(a)), keyText(keyOf(b))));
  }

  /** Throws KubeError 'AlreadyExists'. */
  async create<T extends KubeObject>(resource: Resource<T>, object: T): Promise<Stored<T>> {
    const { metadata = {} } = object;
    const { name, namespace } = metadata;
    if (name === undefined) throw new KubeError('Invalid', 'metadata.name: Required value');
    const key = namespace === undefined ? { name } : { namespace, name };
    if (this.get(resource, key)) {
      throw new KubeError('AlreadyExists', `${resourceName(resource)} "${name}" already exists`, {
        objectName: name,
      });
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
        ...(resource.hasGeneration ? { generation: 1 } : {}),
        creationTimestamp: timestamp(),
      },
    };
    await this.#put(resource, { type: 'ADDED', object: stored });
    return stored;
  }

  /**
   * Replaces an object. Throws KubeError 'NotFound', and 'Conflict' if it has changed since the
   * caller read it. Removes it if it waits only for its last finalizer and has none any more.
   */
  async update<T extends KubeObject>(resource: Resource<T>, object: Stored<T>): Promise<Stored<T>> {
    const current = this.#require(resource, keyOf(object));
    const { name, resourceVersion, uid } = object.metadata;
    if (current.metadata.resourceVersion !== resourceVersion || current.metadata.uid !== uid) {
      throw new KubeError(
        'Conflict',
        `Operation cannot be fulfilled on ${resourceName(resource)} "${name}": the object has been modified; please apply your changes to the latest version and try again`,
      );
    }
    if (isDeepStrictEqual(current, object)) return current;
    const stored = this.#next(resource, current, object);
    if (isFinished(stored) && !isFinished(current)) return this.#delete(resource, stored, current);
    await this.#put(resource, { type: 'MODIFIED', object: stored, previous: current });
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
   * What a client's delete does. Objects with finalizers, namespaces, and pods, which their runner
   * stops first, only get a `deletionTimestamp`; the others are removed.
   */
  async requestDeletion<T extends KubeObject>(
    resource: Resource<T>,
    key: ObjectKey,
    gracePeriodSeconds?: number,
    propagationPolicy?: PropagationPolicy,
  ): Promise<Stored<T>> {
    const current = this.#require(resource, key);
    const requested = deletionOf(current, gracePeriodSeconds, propagationPolicy);
    return requested === undefined
      ? this.#remove(resource, current)
      : this.update(resource, requested);
  }

  /**
   * Removes an object, which needs no more time to stop. It remains while it has finalizers. Throws
   * KubeError 'NotFound'.
   */
  async remove<T extends KubeObject>(resource: Resource<T>, key: ObjectKey): Promise<Stored<T>> {
    const current = this.#require(resource, key);
    if ((current.metadata.finalizers ?? []).length > 0) {
      return this.requestDeletion(resource, key, 0);
    }
    return this.#remove(resource, current);
  }

  /** Calls `listener` after each change. Returns a function that ends this. */
  listen<T extends KubeObject>(resource: Resource<T>, listener: Listener<T>): () => void {
    const listeners = this.#listeners.get(resource) ?? new Set();
    this.#listeners.set(resource, listeners);
    listeners.add(listener as Listener<KubeObject>);
    return () => listeners.delete(listener as Listener<KubeObject>);
  }

  /** The changes after a resource version. Throws KubeError 'Expired' if it is too old. */
  changesSince(resource: Resource, version: string): ObjectChange[] {
    return this.#history.since(resource, Number(version));
  }

  /** Lets all resource versions expire, as after a restart. */
  forgetHistory(): void {
    this.#history.forget(this.#version);
    for (const listener of this.#forgetListeners) listener();
  }

  /** Calls `listener` when all resource versions expire. Returns a function that ends this. */
  onForget(listener: () => void): () => void {
    this.#forgetListeners.add(listener);
    return () => this.#forgetListeners.delete(listener);
  }

  #require<T extends KubeObject>(resource: Resource<T>, key: ObjectKey): Stored<T> {
    const found = this.get(resource, key);
    if (found) return found;
    throw new KubeError('NotFound', `${resourceName(resource)} "${key.name}" not found`);
  }

  #of(resource: Resource): Map<string, Stored<KubeObject>> {
    const found = this.#objects.get(resource) ?? new Map();
    this.#objects.set(resource, found);
    return found;
  }

  /** The object with the metadata that the store sets. */
  #next<T extends KubeObject>(
    resource: Resource<T>,
    current: Stored<T>,
    object: Stored<T>,
  ): Stored<T> {
    const metadata = { ...object.metadata, resourceVersion: this.#nextVersion() };
    const { generation } = current.metadata;
    if (resource.hasGeneration) {
      const isSame = isDeepStrictEqual(specOf(current), specOf(object));
      metadata.generation = (generation ?? 0) + (isSame && generation !== undefined ? 0 : 1);
    }
    return { ...object, metadata };
  }

  async #remove<T extends KubeObject>(
    resource: Resource<T>,
    current: Stored<T>,
  ): Promise<Stored<T>> {
    const metadata = { ...current.metadata, resourceVersion: this.#nextVersion() };
    return this.#delete(resource, { ...current, metadata }, current);
  }

  async #put(resource: Resource, change: ObjectChange): Promise<void> {
    const { object, previous } = change;
    this.#of(resource).set(keyText(keyOf(object)), object);
    this.#announce(resource, change);
    await this.#storage.put(resource, object).catch((error) => {
      this.#undo(resource, object, previous);
      throw error;
    });
  }

  async #delete<T extends KubeObject>(
    resource: Resource<T>,
    object: Stored<T>,
    previous: Stored<T>,
  ): Promise<Stored<T>> {
    this.#of(resource).delete(keyText(keyOf(object)));
    this.#announce(resource, { type: 'DELETED', object, previous });
    await this.#storage.delete(resource, object).catch((error) => {
      if (!this.get(resource, keyOf(object))) this.#restore(resource, previous, 'ADDED');
      throw error;
    });
    return object;
  }

  /** Takes back a change that isn't durable, for example on a full disk. */
  #undo(
    resource: Resource,
    failed: Stored<KubeObject>,
    previous: Stored<KubeObject> | undefined,
  ): void {
    if (this.get(resource, keyOf(failed)) !== failed) return;
    if (previous) {
      this.#restore(resource, previous, 'MODIFIED');
      return;
    }
    this.#of(resource).delete(keyText(keyOf(failed)));
    const metadata = { ...failed.metadata, resourceVersion: this.#nextVersion() };
    this.#announce(resource, { type: 'DELETED', object: { ...failed, metadata } });
  }

  #restore(resource: Resource, previous: Stored<KubeObject>, type: 'ADDED' | 'MODIFIED'): void {
    const metadata = { ...previous.metadata, resourceVersion: this.#nextVersion() };
    const object = { ...previous, metadata };
    this.#of(resource).set(keyText(keyOf(object)), object);
    this.#announce(resource, { type, object });
  }

  #announce(resource: Resource, change: ObjectChange): void {
    const version = Number(change.object.metadata.resourceVersion);
    this.#history.add({ resource, version, change });
    for (const listener of this.#listeners.get(resource) ?? []) listener(change);
  }

  #nextVersion(): string {
    this.#version += 1;
    return String(this.#version);
  }
}

const compareText = (a: string, b: string) => Number(a > b) - Number(a < b);

/** Everything that the author of an object decides, apart from its metadata. */
function specOf(object: object): unknown {
  return 'spec' in object ? object.spec : undefined;
}

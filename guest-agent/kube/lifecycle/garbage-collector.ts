import type { OwnerReference } from 'kubernetes-types/meta/v1.js';
import { Controller } from '../controllers/controller.ts';
import { FOREGROUND, ORPHAN } from '../objects/deletion.ts';
import { type KubeObject, keyOf, type Stored } from '../objects/kube-object.ts';
import type { Objects } from '../objects/objects.ts';
import type { Resource } from '../objects/resource.ts';
import { resources } from '../objects/resources.ts';
import { unlessGone } from './unless-gone.ts';

type Log = (message: string, cause?: unknown) => void;

interface Entry {
  readonly resource: Resource;
  readonly object: Stored<KubeObject>;
}

/** Deletes objects whose owners are gone, and finishes deletions that wait for owned objects. */
export function startGarbageCollector(objects: Objects, log: Log): Disposable {
  return new GarbageCollector(objects, log);
}

class GarbageCollector implements Disposable {
  readonly #objects: Objects;
  /** The objects by UID. */
  readonly #known = new Map<string, Entry>();
  /** The UIDs of the objects that each owner has. */
  readonly #owned = new Map<string, Set<string>>();
  readonly #controller: Controller;
  readonly #stops: (() => void)[];

  constructor(objects: Objects, log: Log) {
    this.#objects = objects;
    this.#controller = new Controller('garbage collection', ({ name }) => this.#collect(name), log);
    this.#stops = resources
      .filter(({ kind }) => kind !== 'Event')
      .map((resource) => {
        for (const object of objects.list(resource)) this.#learn({ resource, object });
        return objects.listen(resource, ({ type, object }) => {
          if (type === 'DELETED') this.#forget({ resource, object });
          else this.#learn({ resource, object });
        });
      });
    for (const uid of this.#known.keys()) this.#controller.enqueue({ name: uid });
  }

  [Symbol.dispose](): void {
    for (const stop of this.#stops) stop();
    this.#controller[Symbol.dispose]();
  }

  #learn(entry: Entry): void {
    const { uid } = entry.object.metadata;
    const before = this.#known.get(uid);
    if (before) this.#unlink(before);
    this.#known.set(uid, entry);
    for (const owner of ownersOf(entry)) {
      const owned = this.#owned.get(owner.uid) ?? new Set();
      this.#owned.set(owner.uid, owned.add(uid));
    }
    if (ownersOf(entry).length > 0 || isDeleted(entry)) this.#controller.enqueue({ name: uid });
  }

  #forget(entry: Entry): void {
    const { uid } = entry.object.metadata;
    this.#unlink(this.#known.get(uid) ?? entry);
    this.#known.delete(uid);
    for (const owned of this.#owned.get(uid) ?? []) this.#controller.enqueue({ name: owned });
    for (const owner of ownersOf(entry)) this.#controller.enqueue({ name: owner.uid });
  }

  #unlink(entry: Entry): void {
    for (const { uid } of ownersOf(entry)) {
      const owned = this.#owned.get(uid);
      owned?.delete(entry.object.metadata.uid);
      if (owned?.size === 0) this.#owned.delete(uid);
    }
  }

  async #collect(uid: string): Promise<void> {
    const entry = this.#known.get(uid);
    if (entry === undefined) return;
    const { finalizers = [] } = entry.object.metadata;
    if (isDeleted(entry) && finalizers.includes(ORPHAN)) await this.#orphan(entry);
    else if (isDeleted(entry) && finalizers.includes(FOREGROUND)) await this.#deleteOwned(entry);
    else if (!isDeleted(entry)) await this.#checkOwners(entry);
  }

  /** Deletes an object once none of its owners exists. */
  async #checkOwners(entry: Entry): Promise<void> {
    const owners = ownersOf(entry);
    if (owners.length === 0) return;
    const existing = owners.filter((owner) => this.#exists(owner, entry.object));
    if (existing.length === owners.length) return;
    const { resource, object } = entry;
    if (existing.length > 0) {
      await this.#keepOwners(entry, existing);
      return;
    }
    await unlessGone(
      this.#objects.requestDeletion(resource, keyOf(object), undefined, 'Background'),
    );
  }

  /** An owner can also be in the wrong namespace, or only have the name of one that is gone. */
  #exists({ uid, kind, name }: OwnerReference, { metadata }: Stored<KubeObject>): boolean {
    const owner = this.#known.get(uid);
    if (owner === undefined) return isUnknownKind(kind);
    const { namespace } = owner.object.metadata;
    const isInReach = namespace === undefined || namespace === metadata.namespace;
    return isInReach && owner.object.metadata.name === name;
  }

  async #keepOwners({ resource, object }: Entry, owners: readonly OwnerReference[]): Promise<void> {
    await this.#objects.change(resource, keyOf(object), (current) => ({
      ...current,
      metadata: { ...current.metadata, ownerReferences: [...owners] },
    }));
  }

  async #orphan(entry: Entry): Promise<void> {
    const { uid } = entry.object.metadata;
    for (const owned of this.#ownedBy(uid)) {
      const others = ownersOf(owned).filter((owner) => owner.uid !== uid);
      await this.#keepOwners(owned, others);
    }
    await this.#removeFinalizer(entry, ORPHAN);
  }

  async #deleteOwned(entry: Entry): Promise<void> {
    const { uid } = entry.object.metadata;
    const owned = this.#ownedBy(uid);
    const blocking = owned.filter((one) =>
      ownersOf(one).some((owner) => owner.uid === uid && owner.blockOwnerDeletion),
    );
    for (const { resource, object } of owned.filter((one) => !isDeleted(one))) {
      const key = keyOf(object);
      await unlessGone(this.#objects.requestDeletion(resource, key, undefined, 'Foreground'));
    }
    if (blocking.length === 0) await this.#removeFinalizer(entry, FOREGROUND);
  }

  #ownedBy(uid: string): Entry[] {
    return [...(this.#owned.get(uid) ?? [])].flatMap((owned) => this.#known.get(owned) ?? []);
  }

  async #removeFinalizer({ resource, object }: Entry, finalizer: string): Promise<void> {
    await this.#objects.change(resource, keyOf(object), (current) => ({
      ...current,
      metadata: {
        ...current.metadata,
        finalizers: (current.metadata.finalizers ?? []).filter((name) => name !== finalizer),
      },
    }));
  }
}

const ownersOf = ({ object }: Entry) => object.metadata.ownerReferences ?? [];
const isDeleted = ({ object }: Entry) => object.metadata.deletionTimestamp !== undefined;

/** Objects of kinds that this API doesn't know can't be looked up, so they count as existing. */
function isUnknownKind(kind: string): boolean {
  return !resources.some((known) => known.kind === kind);
}

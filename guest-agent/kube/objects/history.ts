import { KubeError } from '../kube-error.ts';
import type { ObjectChange } from './object-change.ts';
import type { Resource } from './resource.ts';

/** A change, with the object before it. */
export interface PastChange {
  readonly resource: Resource;
  readonly version: number;
  readonly change: ObjectChange;
}

/** How many changes of all kinds a client may have missed when it continues to watch. */
const MAX_CHANGES = 2_000;

/** The newest changes, so that a client that lost its connection continues where it was. */
export class History {
  readonly #changes: PastChange[] = [];
  /** The version of the last change that isn't known any more. */
  #forgotten: number;

  constructor(start: number) {
    this.#forgotten = start;
  }

  add(change: PastChange): void {
    this.#changes.push(change);
    if (this.#changes.length <= MAX_CHANGES) return;
    const [oldest] = this.#changes.splice(0, MAX_CHANGES / 2).slice(-1);
    this.#forgotten = oldest?.version ?? this.#forgotten;
  }

  /** Throws KubeError 'Expired' if some of the changes since then aren't known any more. */
  since(resource: Resource, version: number): ObjectChange[] {
    if (version < this.#forgotten) {
      throw new KubeError(
        'Expired',
        `too old resource version: ${version} (${this.#forgotten + 1})`,
      );
    }
    return this.#changes
      .filter((past) => past.version > version && past.resource === resource)
      .map(({ change }) => change);
  }

  /** Forgets all changes up to now. */
  forget(version: number): void {
    this.#changes.length = 0;
    this.#forgotten = version;
  }
}

import type { Pod } from 'kubernetes-types/core/v1.js';
import type { Stored } from '../../objects/kube-object.ts';
import type { Objects } from '../../objects/objects.ts';
import { nodes } from '../../objects/resources.ts';
import { unlessAborted } from '../pause.ts';

/** Whether a pod had a place before the agent started again. */
export const hasBegun = ({ status }: Stored<Pod>) => status?.podIP !== undefined;

/** How many pods the node runs at the same time is in its object. Other pods wait for a place. */
export class PodPlaces {
  readonly #objects: Objects;
  /** By the pods' UIDs. */
  readonly #taken = new Set<string>();
  /** What gives a pod its turn, the pod that waits longest first. */
  readonly #waiting = new Map<string, () => void>();

  constructor(objects: Objects) {
    this.#objects = objects;
  }

  /**
   * Resolves once the pod has a place, which it keeps until `free`. `full` learns why it has to wait,
   * in the words of Kubernetes' scheduler. Rejects with the signal's reason.
   */
  async take(
    pod: Stored<Pod>,
    full: (message: string) => void,
    signal: AbortSignal,
  ): Promise<void> {
    const { uid } = pod.metadata;
    if (this.#taken.has(uid)) return;
    if (hasBegun(pod) || this.#taken.size < this.#limitOf(pod.spec?.nodeName)) {
      this.#taken.add(uid);
      return;
    }
    full('0/1 nodes are available: 1 Too many pods.');
    const turn = Promise.withResolvers<void>();
    this.#waiting.set(uid, () => {
      this.#taken.add(uid);
      turn.resolve();
    });
    try {
      await unlessAborted(turn.promise, signal);
    } finally {
      this.#waiting.delete(uid);
    }
  }

  /** The pod is over. Its place goes to the pod that waits longest. */
  free({ metadata: { uid }, spec }: Stored<Pod>): void {
    if (!this.#taken.delete(uid)) return;
    if (this.#taken.size >= this.#limitOf(spec?.nodeName)) return;
    const [first] = this.#waiting;
    if (first === undefined) return;
    const [next, begin] = first;
    this.#waiting.delete(next);
    begin();
  }

  #limitOf(name = ''): number {
    const { allocatable } = this.#objects.get(nodes, { name })?.status ?? {};
    return Number(allocatable?.pods ?? Number.POSITIVE_INFINITY);
  }
}

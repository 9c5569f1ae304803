import type { ObjectKey } from '../../objects/kube-object.ts';
import type { Objects } from '../../objects/objects.ts';
import { pods } from '../../objects/resources.ts';
import type { RunnerContext } from '../pod-context.ts';
import { type PodFacts, podStatus } from './pod-status.ts';

/** The pause after a write that failed, for example because the disk is full. */
const RETRY_MS = 10_000;

/** Writes the status of one pod when it changes. */
export class StatusWriter {
  readonly #objects: Objects;
  readonly #log: RunnerContext['log'];
  readonly #key: ObjectKey;
  readonly #uid: string;
  readonly #facts: () => PodFacts;
  #writing: Promise<void> | undefined;
  #retry: NodeJS.Timeout | undefined;
  #isDirty = false;
  #isClosed = false;

  /** `facts` is asked just before a write. */
  constructor({ objects, log }: RunnerContext, key: ObjectKey, uid: string, facts: () => PodFacts) {
    this.#objects = objects;
    this.#log = log;
    this.#key = key;
    this.#uid = uid;
    this.#facts = facts;
  }

  /** Something has changed. Changes during a write are in the next one. */
  publish(): void {
    if (this.#isClosed) return;
    this.#isDirty = true;
    this.#writing ??= this.#write()
      .catch((error) => {
        this.#log(`writing the status of pod ${this.#key.name}`, error);
        this.#isDirty = false;
        clearTimeout(this.#retry);
        this.#retry = setTimeout(() => this.publish(), RETRY_MS).unref();
      })
      .finally(() => {
        this.#writing = undefined;
        // A change since the end of the loop.
        if (this.#isDirty) this.publish();
      });
  }

  /** Resolves once everything is written. */
  async flush(): Promise<void> {
    while (this.#writing) await this.#writing;
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#retry);
  }

  async #write(): Promise<void> {
    // The caller is about to change more.
    await Promise.resolve();
    while (this.#isDirty && !this.#isClosed) {
      this.#isDirty = false;
      await this.#objects.change(pods, this.#key, (pod) => {
        if (pod.metadata.uid !== this.#uid) return pod;
        const status = podStatus(pod, this.#facts());
        return JSON.stringify(status) === JSON.stringify(pod.status) ? pod : { ...pod, status };
      });
    }
  }
}

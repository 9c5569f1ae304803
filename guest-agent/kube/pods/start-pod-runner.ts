import type { Pod } from 'kubernetes-types/core/v1.js';
import { removeContainer } from '../../engine/containers/lifecycle/remove.ts';
import { keyOf, keyText, type ObjectKey, type Stored } from '../objects/kube-object.ts';
import type { ObjectChange } from '../objects/objects.ts';
import type { Resource } from '../objects/resource.ts';
import {
  configMaps,
  persistentVolumeClaims,
  persistentVolumes,
  pods,
  secrets,
  serviceAccounts,
} from '../objects/resources.ts';
import { PodLife } from './lifecycle/pod-life.ts';
import { hasBegun, PodPlaces } from './lifecycle/pod-places.ts';
import type { RunnerContext } from './pod-context.ts';
import { podUidOf } from './pod-names.ts';
import type { PodStreams } from './pod-streams.ts';
import { openPodStreams } from './streams/open-pod-streams.ts';
import { PodDirectories } from './volumes/pod-directories.ts';

/** Makes the engine's containers match the Pod objects, and writes the status of pods. */
export interface PodRunner {
  /** Ends the work without touching containers, which the next runner takes over. */
  close(): void;
}

/** Starts the pod runner. It takes over pods that an earlier one ran. */
export function startPodRunner(context: RunnerContext): PodRunner & PodStreams {
  const runner = new Runner(context);
  runner.start();
  const streams = openPodStreams(context, (key) => runner.find(key));
  return { ...streams, close: () => runner.close() };
}

/** Objects that pods use. */
const watched: readonly Resource[] = [
  ...[configMaps, secrets, serviceAccounts, persistentVolumeClaims, persistentVolumes],
];

/** How often tokens of pods are looked through for those that end soon. */
const RENEWAL_MS = 60_000;

class Runner {
  readonly #context: RunnerContext;
  readonly #directories: PodDirectories;
  readonly #places: PodPlaces;
  readonly #lives = new Map<string, PodLife>();
  readonly #endings: (() => void)[] = [];
  #change = Promise.withResolvers<void>();
  #isClosed = false;

  constructor(context: RunnerContext) {
    this.#context = context;
    this.#directories = new PodDirectories(context.engine);
    this.#places = new PodPlaces(context.objects);
  }

  start(): void {
    const { objects } = this.#context;
    this.#endings.push(objects.listen(pods, (change) => this.#heed(change)));
    for (const resource of watched) {
      this.#endings.push(objects.listen(resource, ({ object }) => this.#wake(object.metadata)));
    }
    const renewal = setInterval(() => this.#renewTokens(), RENEWAL_MS);
    renewal.unref();
    this.#endings.push(() => clearInterval(renewal));
    // Pods that had a place keep it.
    const order = (pod: Stored<Pod>) => (hasBegun(pod) ? 0 : 1);
    for (const pod of objects.list(pods).sort((a, b) => order(a) - order(b))) this.#adopt(pod);
    this.#removeStrays().catch((error) =>
      this.#context.log('removing containers of pods that are gone', error),
    );
  }

  find(key: ObjectKey): PodLife | undefined {
    return this.#lives.get(keyText(key));
  }

  close(): void {
    this.#isClosed = true;
    for (const end of this.#endings) end();
    for (const life of this.#lives.values()) life.close();
  }

  #heed({ type, object }: ObjectChange<Pod>): void {
    const life = this.#lives.get(keyText(keyOf(object)));
    const isSame = life?.uid === object.metadata.uid;
    if (type === 'DELETED') {
      if (isSame) life.discard();
    } else if (isSame) {
      life.update(object);
    } else {
      this.#adopt(object);
    }
  }

  /** Begins with a pod once nothing is left of an earlier pod of the same name. */
  #adopt(pod: Stored<Pod>): void {
    const key = keyText(keyOf(pod));
    const earlier = this.#lives.get(key);
    if (earlier) {
      earlier.done
        .then(() => this.#adoptLatest(keyOf(pod)))
        .catch((error) => this.#context.log(`starting pod ${key}`, error));
      return;
    }
    const shared = { directories: this.#directories, places: this.#places };
    const life = new PodLife(this.#context, shared, pod, () => this.#change.promise);
    this.#lives.set(key, life);
    life.done
      .then(() => {
        if (this.#lives.get(key) === life) this.#lives.delete(key);
      })
      .catch((error) => this.#context.log(`ending pod ${key}`, error));
    life.start();
  }

  #adoptLatest(key: ObjectKey): void {
    const pod = this.#context.objects.get(pods, key);
    const life = this.find(key);
    if (!pod || this.#isClosed || life?.uid === pod.metadata.uid) return;
    this.#lives.delete(keyText(key));
    this.#adopt(pod);
  }

  #wake({ namespace }: { readonly namespace?: string }): void {
    this.#change.resolve();
    this.#change = Promise.withResolvers();
    for (const [key, life] of this.#lives) {
      if (namespace === undefined || key.startsWith(`${namespace}/`)) life.refreshVolumes();
    }
  }

  #renewTokens(): void {
    for (const life of this.#lives.values()) {
      if (this.#context.access?.needsRenewal(life.uid)) life.refreshVolumes();
    }
  }

  /** Pods can be gone since the last run of the agent. */
  async #removeStrays(): Promise<void> {
    const { engine, objects } = this.#context;
    const known = () => new Set(objects.list(pods).map(({ metadata }) => metadata.uid));
    for (const container of engine.containers.all()) {
      const uid = podUidOf(container.record);
      if (uid === undefined || known().has(uid)) continue;
      await removeContainer(engine, container, { force: true, volumes: true });
    }
    for (const uid of await this.#directories.uids()) {
      if (!known().has(uid)) await this.#directories.remove(uid);
    }
  }
}

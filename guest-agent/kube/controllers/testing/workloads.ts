import type { ContainerStatus, Event, Pod, PodCondition } from 'kubernetes-types/core/v1.js';
import { vi } from 'vitest';
import { type KubeObject, keyOf, type Stored } from '../../objects/kube-object.ts';
import { Objects } from '../../objects/objects.ts';
import type { Resource } from '../../objects/resource.ts';
import { events, pods, resources } from '../../objects/resources.ts';
import { timestamp } from '../../objects/timestamp.ts';
import type { RunningController } from '../context.ts';
import { startControllers } from '../controllers.ts';

export const namespace = 'default';

/**
 * The controllers with a stand-in for the pod runner: pods start as soon as they are created, and
 * turn ready if `starts` says so. Times are those of vitest's fake timers.
 */
export class Workloads implements Disposable {
  readonly objects = new Objects();
  readonly failures: unknown[] = [];
  /** What becomes of a new pod: it runs and is ready, runs, or stays pending. */
  starts: (pod: Stored<Pod>) => 'ready' | 'running' | 'pending' = () => 'ready';
  /** Whether pods end as soon as they are asked to. */
  stopsAtOnce = true;
  readonly #controllers: RunningController;
  readonly #ends: (() => void)[];
  #changes = 0;

  constructor() {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date', 'performance'] });
    this.#ends = [
      ...resources.map((resource) => this.objects.listen(resource, () => void this.#changes++)),
      this.objects.listen<Pod>(pods, ({ type, object }) => {
        if (type === 'DELETED') return;
        setTimeout(() => this.#run(object), 0);
      }),
    ];
    this.#controllers = startControllers({
      objects: this.objects,
      log: (message, cause) => this.failures.push(cause ?? message),
    });
  }

  [Symbol.dispose](): void {
    for (const end of this.#ends) end();
    this.#controllers[Symbol.dispose]();
    vi.useRealTimers();
  }

  /** Lets everybody do what there is to do now: timers take at least a millisecond. */
  async settle(): Promise<void> {
    for (let round = 0; round < 40; round++) await vi.advanceTimersByTimeAsync(1);
    const before = this.#changes;
    for (let round = 0; round < 5; round++) await vi.advanceTimersByTimeAsync(1);
    if (this.#changes > before) throw new Error('the controllers do not come to rest');
  }

  async pass(seconds: number): Promise<void> {
    await vi.advanceTimersByTimeAsync(seconds * 1000);
    await this.settle();
  }

  /** The machine slept, and its clock is corrected. Timers haven't moved. */
  async wakeAt(time: string): Promise<void> {
    vi.setSystemTime(time);
    this.#controllers.enqueueAll();
    await this.settle();
  }

  async create<T extends KubeObject>(resource: Resource<T>, object: T): Promise<Stored<T>> {
    const created = await this.objects.create(resource, {
      ...object,
      metadata: { namespace, ...object.metadata },
    });
    await this.settle();
    return created;
  }

  get<T extends KubeObject>(resource: Resource<T>, name: string): Stored<T> {
    const found = this.objects.get(resource, { namespace, name });
    if (found === undefined) throw new Error(`no ${resource.kind} ${name}`);
    return found;
  }

  /** Changes an object as a client does. */
  async edit<T extends KubeObject>(
    resource: Resource<T>,
    name: string,
    change: (object: Stored<T>) => Stored<T>,
  ): Promise<void> {
    await this.objects.change(resource, { namespace, name }, change);
    await this.settle();
  }

  /** What `kubectl delete` does. */
  async delete<T extends KubeObject>(resource: Resource<T>, name: string): Promise<void> {
    await this.objects.requestDeletion(resource, { namespace, name });
    await this.settle();
  }

  /** The pods that run or will run. */
  pods(): Stored<Pod>[] {
    return this.objects.list(pods, namespace).filter((pod) => {
      const isEnded = ['Succeeded', 'Failed'].includes(pod.status?.phase ?? '');
      return !isEnded && pod.metadata.deletionTimestamp === undefined;
    });
  }

  podNames(): string[] {
    return this.pods().map(({ metadata }) => metadata.name);
  }

  /** The image of each pod, as many times as there are pods. */
  images(of: readonly Stored<Pod>[] = this.pods()): string[] {
    return of.map(({ spec }) => spec?.containers[0]?.image ?? '').sort();
  }

  readyPods(): Stored<Pod>[] {
    return this.pods().filter(({ status }) =>
      status?.conditions?.some(({ type, status: state }) => type === 'Ready' && state === 'True'),
    );
  }

  /** The events about an object, as REASON and message. */
  events(name: string): string[] {
    return this.objects
      .list<Event>(events)
      .filter(({ involvedObject }) => involvedObject.name === name)
      .map(({ reason, message }) => `${reason}: ${message}`);
  }

  async setReady(name: string, isReady = true): Promise<void> {
    await this.#setStatus(name, 'Running', isReady);
    await this.settle();
  }

  /** The pod's container ends. */
  async end(name: string, exitCode: number): Promise<void> {
    const terminated = { exitCode, finishedAt: timestamp() };
    await this.#setStatus(name, exitCode === 0 ? 'Succeeded' : 'Failed', false, { terminated });
    await this.settle();
  }

  async #setStatus(
    name: string,
    phase: string,
    isReady: boolean,
    state: NonNullable<ContainerStatus['state']> = {},
  ): Promise<void> {
    await this.objects.change(pods, { namespace, name }, (pod) => {
      const condition = { type: 'Ready', status: isReady ? 'True' : 'False' };
      const conditions: PodCondition[] = [{ ...condition, lastTransitionTime: timestamp() }];
      const { name: container = 'main', image = '' } = pod.spec?.containers[0] ?? {};
      const status = { name: container, image, imageID: image, ready: isReady, restartCount: 0 };
      return {
        ...pod,
        status: { ...pod.status, phase, conditions, containerStatuses: [{ ...status, state }] },
      };
    });
  }

  /** What the runner of pods does with a pod. */
  #run({ metadata: { name, uid } }: Stored<Pod>): void {
    const pod = this.objects.get(pods, { namespace, name });
    if (pod === undefined || pod.metadata.uid !== uid) return;
    if (pod.metadata.deletionTimestamp !== undefined) {
      if (this.stopsAtOnce) this.#handle(this.#stop(pod));
      return;
    }
    const fate = this.starts(pod);
    if (pod.status?.phase !== 'Pending' || fate === 'pending') return;
    this.#handle(this.#setStatus(name, 'Running', fate === 'ready'));
  }

  async #stop(pod: Stored<Pod>): Promise<void> {
    const { finalizers = [] } = pod.metadata;
    if (finalizers.length === 0) await this.objects.remove(pods, keyOf(pod));
    else await this.objects.requestDeletion(pods, keyOf(pod), 0);
  }

  /** Ends the pods that were asked to. */
  async stopAll(): Promise<void> {
    for (const pod of this.objects.list(pods, namespace)) {
      if (pod.metadata.deletionTimestamp !== undefined) await this.#stop(pod);
    }
    await this.settle();
  }

  #handle(work: Promise<void>): void {
    work.catch((error) => this.failures.push(error));
  }
}

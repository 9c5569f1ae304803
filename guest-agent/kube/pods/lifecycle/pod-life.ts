import type { Pod } from 'kubernetes-types/core/v1.js';
import { removeContainer } from '../../../engine/containers/lifecycle/remove.ts';
import { isActive } from '../../../engine/containers/record/container.ts';
import type { LiveContainer } from '../../../engine/containers/record/live-container.ts';
import { keyOf, type Stored } from '../../objects/kube-object.ts';
import { recordEvent } from '../../objects/record-event.ts';
import { timestamp } from '../../objects/timestamp.ts';
import {
  findInfrastructure,
  nodeAddress,
  podAddresses,
  startInfrastructure,
} from '../infrastructure/infrastructure.ts';
import type { PodView, RunnerContext } from '../pod-context.ts';
import { messageOf } from '../pod-error.ts';
import type { PodFacts } from '../status/pod-status.ts';
import { StatusWriter } from '../status/status-writer.ts';
import { watchEmptyDirs } from '../volumes/empty-dir-limits.ts';
import type { PodDirectories } from '../volumes/pod-directories.ts';
import { PodVolumes } from '../volumes/pod-volumes.ts';
import type { ContainerLife } from './container-life.ts';
import { Deadline } from './deadline.ts';
import { DebugContainers } from './debug-containers.ts';
import { makeLives } from './make-lives.ts';
import type { PodPlaces } from './pod-places.ts';
import { Interrupted, type PodScope } from './pod-scope.ts';
import { prepareVolumes } from './prepare-volumes.ts';
import { removeContents, removeObject } from './remove-pod.ts';
import { type Lives, runContainers } from './run-containers.ts';
import { stopContainers } from './stop-containers.ts';
import { untilDone } from './until-done.ts';

const DEFAULT_GRACE = 30;

/** Everything that happens to one pod, from its creation to its removal. */
export class PodLife {
  readonly #runner: RunnerContext;
  readonly #directories: PodDirectories;
  readonly #places: PodPlaces;
  readonly #volumes: PodVolumes;
  readonly #scope: PodScope;
  readonly #lives: Lives;
  readonly #debug: DebugContainers;
  readonly #status: StatusWriter;
  readonly #deadline: Deadline;
  readonly #startTime: string;
  /** Aborts when the pod shall end. */
  readonly #work = new AbortController();
  /** Aborts when its containers have no time left to stop. */
  readonly #hurry = new AbortController();
  /** Aborts when the agent ends. */
  readonly #closed = new AbortController();
  readonly #done = Promise.withResolvers<void>();
  #pod: Stored<Pod>;
  #infrastructure: LiveContainer | undefined;
  #isInitialized: boolean;
  #failure: PodFacts['failure'];
  #unschedulable: string | undefined;
  #isTerminating = false;
  #running: Promise<void> = Promise.resolve();

  /** `changed` resolves when an object changes that the pod may need. */
  constructor(
    runner: RunnerContext,
    { directories, places }: { directories: PodDirectories; places: PodPlaces },
    pod: Stored<Pod>,
    changed: () => Promise<void>,
  ) {
    this.#runner = runner;
    this.#directories = directories;
    this.#places = places;
    this.#volumes = new PodVolumes(runner, directories);
    this.#pod = pod;
    this.#startTime = pod.status?.startTime ?? timestamp();
    this.#infrastructure = findInfrastructure(runner, pod);
    const { phase, reason, message = '', conditions = [] } = pod.status ?? {};
    if (phase === 'Failed' && reason) this.#failure = { reason, message };
    const initialized = conditions.find(({ type }) => type === 'Initialized');
    // A new network begins with the init containers again.
    this.#isInitialized =
      initialized?.status === 'True' && (this.#infrastructure !== undefined || isOver(pod));
    this.#scope = this.#makeScope(changed);
    this.#status = new StatusWriter(runner, keyOf(pod), pod.metadata.uid, () => this.#facts());
    this.#debug = new DebugContainers(this.#scope);
    this.#lives = makeLives(this.#scope, this.#debug, this.#isInitialized);
    this.#deadline = new Deadline(this.#startTime, () => {
      const text = 'Pod was active on the node longer than the specified deadline';
      this.#fail('DeadlineExceeded', text);
    });
  }

  get uid(): string {
    return this.#pod.metadata.uid;
  }

  /** Resolves when nothing is left of the pod. */
  get done(): Promise<void> {
    return this.#done.promise;
  }

  /** The container that holds the pod's namespaces, if the pod has begun. */
  get infrastructure(): LiveContainer | undefined {
    return this.#infrastructure;
  }

  /** Begins the work. Failures go to the pod's status and events. */
  start(): void {
    if (isOver(this.#pod)) this.#running = this.#stopAll();
    else if (this.#pod.metadata.deletionTimestamp === undefined) {
      const { signal } = this.#work;
      const failed = (error: unknown) => this.#runner.log(`running pod ${this.#name}`, error);
      this.#running = untilDone(() => this.#run(signal), failed, signal).then(() =>
        this.#places.free(this.#pod),
      );
      this.#deadline.set(this.#pod.spec?.activeDeadlineSeconds);
    }
    this.#running = this.#running.catch((error) => {
      if (!this.#work.signal.aborted) this.#runner.log(`running pod ${this.#name}`, error);
    });
    this.update(this.#pod);
  }

  /** The object has changed. */
  update(pod: Stored<Pod>): void {
    const before = this.#pod;
    this.#pod = pod;
    if (pod.metadata.deletionTimestamp !== undefined) this.#terminate();
    if (pod.metadata.deletionGracePeriodSeconds === 0) this.#hurry.abort();
    if (this.#work.signal.aborted) return;
    if (pod.spec !== before.spec) this.#updateContainers(pod);
    const seconds = pod.spec?.activeDeadlineSeconds;
    if (seconds !== before.spec?.activeDeadlineSeconds) this.#deadline.set(seconds);
    // Others set the conditions of readiness gates.
    if (pod.spec?.readinessGates?.length) this.#status.publish();
    if (pod.metadata !== before.metadata) this.refreshVolumes();
  }

  /** An object may have changed that a volume shows. */
  refreshVolumes(): void {
    if (!this.#infrastructure || this.#work.signal.aborted) return;
    this.#volumes
      .refresh(() => this.#view())
      .catch((error) => this.#runner.log(`updating volumes of ${this.#name}`, error));
  }

  /** The object is gone: nothing of the pod may stay. */
  discard(): void {
    this.#hurry.abort();
    this.#terminate();
  }

  /** Leaves the pod as it is: the agent ends. */
  close(): void {
    this.#closed.abort(new Interrupted('the agent ends'));
    this.#status.close();
    this.#deadline[Symbol.dispose]();
    this.#work.abort(new Interrupted('the agent ends'));
  }

  get #name(): string {
    const { namespace, name } = this.#pod.metadata;
    return `${namespace}/${name}`;
  }

  #view(): PodView {
    const hostIp = nodeAddress(this.#runner, this.#pod.spec?.nodeName);
    const podIps = this.#infrastructure ? podAddresses(this.#infrastructure, hostIp) : [];
    return { pod: this.#pod, podIps, hostIp };
  }

  #makeScope(changed: () => Promise<void>): PodScope {
    return {
      ...{ runner: this.#runner, volumes: this.#volumes, directories: this.#directories, changed },
      view: () => this.#view(),
      infrastructure: () => {
        if (this.#infrastructure) return this.#infrastructure;
        throw new Error(`pod ${this.#name} has no network`);
      },
      say: (type, reason, message) => this.#say(type, reason, message),
      publish: () => this.#status.publish(),
    };
  }

  #say(type: 'Normal' | 'Warning', reason: string, message: string): void {
    if (this.#closed.signal.aborted) return;
    recordEvent(this.#runner.objects, this.#pod, { type, reason, message }).catch((error) =>
      this.#runner.log(`recording an event of ${this.#name}`, error),
    );
  }

  #updateContainers({ spec }: Stored<Pod>): void {
    const lives: readonly ContainerLife[] = [...this.#lives.init, ...this.#lives.app];
    for (const container of [...(spec?.initContainers ?? []), ...(spec?.containers ?? [])]) {
      lives.find((life) => life.container.name === container.name)?.update(container);
    }
    this.#debug.update();
  }

  async #run(signal: AbortSignal): Promise<void> {
    this.#status.publish();
    const unschedulable = (message: string | undefined) => {
      this.#unschedulable = message;
      this.#status.publish();
    };
    const full = (message: string) => {
      unschedulable(message);
      this.#say('Warning', 'FailedScheduling', message);
    };
    await this.#places.take(this.#pod, full, signal);
    await prepareVolumes(this.#scope, unschedulable, signal);
    this.#watchVolumes(signal);
    for (;;) {
      const infrastructure = await this.#obtainInfrastructure(signal);
      const ended = infrastructure.nextExit();
      if (!isActive(infrastructure.record)) continue;
      const network = new AbortController();
      ended.then(
        () => network.abort(new Interrupted('the network of the pod is gone')),
        (error) => this.#runner.log(`waiting for the network of ${this.#name}`, error),
      );
      try {
        const during = AbortSignal.any([signal, network.signal]);
        using _ = this.#debug.begin(during);
        await this.#runContainers(during);
        return await this.#stopAll();
      } catch (error) {
        if (signal.aborted || !network.signal.aborted) throw error;
        const message = 'Pod sandbox changed, it will be killed and re-created.';
        this.#say('Normal', 'SandboxChanged', message);
        this.#infrastructure = undefined;
        this.#isInitialized = false;
        await this.#stopAll();
      }
    }
  }

  #runContainers(signal: AbortSignal): Promise<void> {
    const run = {
      isInitialized: this.#isInitialized,
      initialized: () => {
        this.#isInitialized = true;
        this.#status.publish();
      },
    };
    return runContainers(this.#lives, run, signal);
  }

  #watchVolumes(signal: AbortSignal): void {
    const exceeded = (message: string) => this.#fail('Evicted', message);
    watchEmptyDirs(this.#pod, this.#directories, exceeded, signal).catch((error) => {
      if (!signal.aborted) this.#runner.log(`measuring volumes of ${this.#name}`, error);
    });
  }

  async #obtainInfrastructure(signal: AbortSignal): Promise<LiveContainer> {
    this.#infrastructure = findInfrastructure(this.#runner, this.#pod);
    if (this.#infrastructure) return this.#infrastructure;
    for (const life of this.#lives.init) life.reset();
    for (const life of this.#lives.app) if (!life.isOver) life.reset();
    const failed = (error: unknown) => {
      const message = `Failed to create pod sandbox: ${messageOf(error)}`;
      this.#say('Warning', 'FailedCreatePodSandBox', message);
    };
    const begin = () => startInfrastructure(this.#runner, this.#pod);
    this.#infrastructure = await untilDone(begin, failed, signal);
    signal.throwIfAborted();
    // Files that show the pod's address.
    await this.#volumes.refresh(() => this.#view());
    this.#status.publish();
    return this.#infrastructure;
  }

  /** Ends the pod for a reason that isn't its containers'. */
  #fail(reason: string, message: string): void {
    if (this.#work.signal.aborted) return;
    this.#say('Warning', reason, message);
    this.#failure = { reason, message };
    this.#work.abort(new Interrupted(reason));
    this.#status.publish();
    this.#running = this.#running
      .then(() => this.#stopAll())
      .then(() => this.#places.free(this.#pod))
      .catch((error) => this.#runner.log(`stopping pod ${this.#name}`, error));
  }

  #terminate(): void {
    if (this.#isTerminating || this.#closed.signal.aborted) return;
    this.#isTerminating = true;
    this.#deadline[Symbol.dispose]();
    this.#work.abort(new Interrupted('the pod is being deleted'));
    this.#status.publish();
    const failed = (error: unknown) => {
      this.#runner.log(`removing pod ${this.#name}`, error);
      this.#say('Warning', 'FailedKillPod', `error killing pod: ${messageOf(error)}`);
    };
    this.#running
      .then(() => untilDone(() => this.#end(), failed, this.#closed.signal))
      .catch((error) => this.#runner.log(`removing pod ${this.#name}`, error))
      .finally(() => {
        this.#places.free(this.#pod);
        this.#done.resolve();
      });
  }

  async #end(): Promise<void> {
    await this.#stopAll();
    await this.#volumes.close();
    await removeContents(this.#runner, this.#directories, this.uid);
    await this.#status.flush();
    await removeObject(this.#runner.objects, this.#pod);
  }

  /** Stops all containers, and the network last. */
  async #stopAll(): Promise<void> {
    const { metadata, spec } = this.#pod;
    const grace =
      metadata.deletionGracePeriodSeconds ?? spec?.terminationGracePeriodSeconds ?? DEFAULT_GRACE;
    await stopContainers(this.#lives, grace, this.#hurry.signal);
    const live = this.#infrastructure;
    const { engine } = this.#runner;
    if (live && engine.containers.find(live.id) === live) {
      await removeContainer(engine, live, { force: true });
    }
    this.#status.publish();
  }

  #facts(): PodFacts {
    const { podIps, hostIp } = this.#view();
    return {
      containers: this.#lives.app.map((life) => life.status()),
      initContainers: this.#lives.init.map((life) => life.status()),
      debugContainers: this.#debug.lives.map((life) => life.status()),
      ...{ podIps, hostIp, startTime: this.#startTime },
      hasNetwork: this.#infrastructure !== undefined && isActive(this.#infrastructure.record),
      isInitialized: this.#isInitialized,
      failure: this.#failure,
      isTerminating: this.#isTerminating,
      unschedulable: this.#unschedulable,
    };
  }
}

function isOver({ status }: Stored<Pod>): boolean {
  return status?.phase === 'Succeeded' || status?.phase === 'Failed';
}

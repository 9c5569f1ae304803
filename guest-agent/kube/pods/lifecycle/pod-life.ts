import type { Pod } from 'kubernetes-types/core/v1.js';
import { removeContainer } from '../../../engine/containers/lifecycle/remove.ts';
import { isActive } from '../../../engine/containers/record/container.ts';
import type { LiveContainer } from '../../../engine/containers/record/live-container.ts';
import { keyOf, type Stored } from '../../objects/kube-object.ts';
import { recordEvent } from '../../objects/record-event.ts';
import { pods } from '../../objects/resources.ts';
import { timestamp } from '../../objects/timestamp.ts';
import {
  findInfrastructure,
  nodeAddress,
  podAddresses,
  startInfrastructure,
} from '../infrastructure/infrastructure.ts';
import { pause, unlessAborted } from '../pause.ts';
import type { PodView, RunnerContext } from '../pod-context.ts';
import { messageOf } from '../pod-error.ts';
import { isSidecar, type PodFacts, podStatus } from '../status/pod-status.ts';
import type { PodDirectories } from '../volumes/pod-directories.ts';
import { PodVolumes } from '../volumes/pod-volumes.ts';
import { VolumeError } from '../volumes/projected-files.ts';
import { ContainerLife, type RestartRule } from './container-life.ts';
import { containersOfPod } from './container-runs.ts';
import { Interrupted, type PodScope } from './pod-scope.ts';
import { runContainers } from './run-containers.ts';

/** The waits of the kubelet between two tries. */
const SANDBOX_RETRY_MS = 10_000;
const VOLUME_RETRY_MS = 10_000;
const SECOND = 1000;
const DEFAULT_GRACE = 30;

/** Everything that happens to one pod, from its creation to its removal. */
export class PodLife {
  readonly #runner: RunnerContext;
  readonly #directories: PodDirectories;
  readonly #volumes: PodVolumes;
  readonly #changed: () => Promise<void>;
  readonly #scope: PodScope;
  readonly #work = new AbortController();
  readonly #hurry = new AbortController();
  readonly #init: ContainerLife[] = [];
  readonly #app: ContainerLife[] = [];
  readonly #done = Promise.withResolvers<void>();
  readonly #startTime: string;
  #pod: Stored<Pod>;
  #infrastructure: LiveContainer | undefined;
  #isInitialized = false;
  #failure: PodFacts['failure'];
  #unschedulable: string | undefined;
  #isTerminating = false;
  #isClosed = false;
  #running: Promise<void> = Promise.resolve();
  #deadline: NodeJS.Timeout | undefined;
  #publishing: Promise<void> | undefined;
  #isDirty = false;

  /** `changed` resolves when an object changes that the pod may need. */
  constructor(
    runner: RunnerContext,
    directories: PodDirectories,
    pod: Stored<Pod>,
    changed: () => Promise<void>,
  ) {
    this.#runner = runner;
    this.#directories = directories;
    this.#volumes = new PodVolumes(runner.engine, runner.objects, directories);
    this.#changed = changed;
    this.#pod = pod;
    this.#startTime = pod.status?.startTime ?? timestamp();
    this.#infrastructure = findInfrastructure(runner, pod);
    const { phase, reason, message } = pod.status ?? {};
    if (phase === 'Failed' && reason) this.#failure = { reason, message: message ?? '' };
    this.#scope = this.#makeScope();
    const { initContainers = [], containers = [], restartPolicy } = pod.spec ?? {};
    const rule = ruleOf(restartPolicy);
    for (const container of initContainers) {
      const own = isSidecar(container) ? 'Always' : rule === 'Always' ? 'OnFailure' : rule;
      this.#init.push(new ContainerLife(this.#scope, container, own, this.#init.length > 0));
    }
    const initialized = pod.status?.conditions?.find(({ type }) => type === 'Initialized');
    // A new network begins with the init containers again.
    this.#isInitialized =
      initialized?.status === 'True' && (this.#infrastructure !== undefined || isOver(pod));
    const waits = initContainers.length > 0 && !this.#isInitialized;
    for (const container of containers) {
      this.#app.push(new ContainerLife(this.#scope, container, rule, waits));
    }
  }

  get uid(): string {
    return this.#pod.metadata.uid;
  }

  /** Resolves when nothing is left of the pod. */
  get done(): Promise<void> {
    return this.#done.promise;
  }

  get infrastructure(): LiveContainer | undefined {
    return this.#infrastructure;
  }

  /** The container with this name, if the pod has one. */
  find(name: string): ContainerLife | undefined {
    return [...this.#init, ...this.#app].find(({ container }) => container.name === name);
  }

  /** Begins the work. Failures go to the pod's status and events. */
  start(): void {
    if (isOver(this.#pod)) this.#running = this.#stopAll();
    else {
      this.#running = this.#run(this.#work.signal);
      this.#watchDeadline();
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
    if (before.spec?.activeDeadlineSeconds !== pod.spec?.activeDeadlineSeconds) {
      this.#watchDeadline();
    }
    if (JSON.stringify(before.spec?.readinessGates) !== '[]') this.#publish();
    this.refreshVolumes();
  }

  /** An object may have changed that a volume shows. */
  refreshVolumes(): void {
    if (!this.#infrastructure || this.#isTerminating) return;
    this.#volumes
      .refresh(this.#view())
      .catch((error) => this.#runner.log(`updating volumes of ${this.#name}`, error));
  }

  /** The object is gone: nothing of the pod may stay. */
  discard(): void {
    this.#hurry.abort();
    this.#terminate();
  }

  /** Leaves the pod as it is: the agent ends. */
  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#deadline);
    this.#work.abort(new Interrupted('the agent ends'));
  }

  get #name(): string {
    const { namespace, name } = this.#pod.metadata;
    return `${namespace}/${name}`;
  }

  #view(): PodView {
    const hostIp = nodeAddress(this.#runner.objects, this.#pod.spec?.nodeName);
    const podIps = this.#infrastructure ? podAddresses(this.#infrastructure, hostIp) : [];
    return { pod: this.#pod, podIps, hostIp };
  }

  #makeScope(): PodScope {
    return {
      runner: this.#runner,
      volumes: this.#volumes,
      directories: this.#directories,
      view: () => this.#view(),
      infrastructure: () => {
        if (this.#infrastructure) return this.#infrastructure;
        throw new Error(`pod ${this.#name} has no network`);
      },
      say: (type, reason, message) => this.#say(type, reason, message),
      changed: this.#changed,
      publish: () => this.#publish(),
    };
  }

  #say(type: 'Normal' | 'Warning', reason: string, message: string): void {
    if (this.#isClosed) return;
    recordEvent(this.#runner.objects, this.#pod, { type, reason, message }).catch((error) =>
      this.#runner.log(`recording an event of ${this.#name}`, error),
    );
  }

  async #run(signal: AbortSignal): Promise<void> {
    this.#publish();
    await this.#prepareVolumes(signal);
    for (;;) {
      const infrastructure = await this.#obtainInfrastructure(signal);
      const ended = infrastructure.nextExit();
      const network = new AbortController();
      if (!isActive(infrastructure.record)) continue;
      ended.then(
        () => network.abort(new Interrupted('the network of the pod is gone')),
        (error) => this.#runner.log(`waiting for the network of ${this.#name}`, error),
      );
      const during = AbortSignal.any([signal, network.signal]);
      try {
        await this.#runContainers(during);
        return await this.#stopAll();
      } catch (error) {
        if (signal.aborted || !network.signal.aborted) throw error;
        this.#say(
          'Normal',
          'SandboxChanged',
          'Pod sandbox changed, it will be killed and re-created.',
        );
        this.#infrastructure = undefined;
        this.#isInitialized = false;
        await this.#stopAll();
      }
    }
  }

  #runContainers(signal: AbortSignal): Promise<void> {
    const lives = {
      ...{ init: this.#init, app: this.#app },
      isSidecar: ({ container }: ContainerLife) => isSidecar(container),
    };
    const run = {
      isInitialized: this.#isInitialized,
      initialized: () => {
        this.#isInitialized = true;
        this.#publish();
      },
    };
    return runContainers(lives, run, signal);
  }

  async #prepareVolumes(signal: AbortSignal): Promise<void> {
    for (;;) {
      try {
        await this.#volumes.prepare(this.#view());
        this.#unschedulable = undefined;
        return;
      } catch (error) {
        signal.throwIfAborted();
        if (!(error instanceof VolumeError)) this.#runner.log(`volumes of ${this.#name}`, error);
        const message = messageOf(error);
        const isUnbound = message.startsWith('pod has unbound');
        this.#unschedulable = isUnbound ? message : undefined;
        this.#say('Warning', isUnbound ? 'FailedScheduling' : 'FailedMount', message);
        this.#publish();
      }
      await Promise.race([pause(VOLUME_RETRY_MS, signal), unlessAborted(this.#changed(), signal)]);
    }
  }

  async #obtainInfrastructure(signal: AbortSignal): Promise<LiveContainer> {
    const found = findInfrastructure(this.#runner, this.#pod);
    if (found) {
      this.#infrastructure = found;
      return found;
    }
    for (const life of this.#init) life.reset();
    for (;;) {
      try {
        this.#infrastructure = await startInfrastructure(this.#runner, this.#pod);
        signal.throwIfAborted();
        // Files that show the pod's address.
        await this.#volumes.refresh(this.#view());
        this.#publish();
        return this.#infrastructure;
      } catch (error) {
        signal.throwIfAborted();
        const message = `Failed to create pod sandbox: ${messageOf(error)}`;
        this.#say('Warning', 'FailedCreatePodSandBox', message);
      }
      await pause(SANDBOX_RETRY_MS, signal);
    }
  }

  #watchDeadline(): void {
    clearTimeout(this.#deadline);
    const seconds = this.#pod.spec?.activeDeadlineSeconds;
    if (seconds === undefined || this.#work.signal.aborted) return;
    const left = Date.parse(this.#startTime) + seconds * SECOND - Date.now();
    this.#deadline = setTimeout(
      () => {
        const message = 'Pod was active on the node longer than the specified deadline';
        this.#say('Normal', 'DeadlineExceeded', message);
        this.#fail('DeadlineExceeded', message);
      },
      Math.min(Math.max(left, 0), 2 ** 31 - 1),
    );
  }

  /** Ends the pod for a reason that isn't its containers'. */
  #fail(reason: string, message: string): void {
    if (this.#work.signal.aborted) return;
    this.#failure = { reason, message };
    this.#work.abort(new Interrupted(reason));
    this.#publish();
    this.#running = this.#running
      .then(() => this.#stopAll())
      .catch((error) => this.#runner.log(`stopping pod ${this.#name}`, error));
  }

  #terminate(): void {
    if (this.#isTerminating || this.#isClosed) return;
    this.#isTerminating = true;
    clearTimeout(this.#deadline);
    this.#work.abort(new Interrupted('the pod is being deleted'));
    this.#publish();
    this.#running
      .then(() => this.#end())
      .catch((error) => this.#runner.log(`removing pod ${this.#name}`, error))
      .finally(() => this.#done.resolve());
  }

  async #end(): Promise<void> {
    await this.#stopAll();
    const { engine, objects } = this.#runner;
    for (const container of containersOfPod(engine, this.uid)) {
      await removeContainer(engine, container, { force: true, volumes: true });
    }
    await this.#directories.remove(this.uid);
    await this.#flush();
    const key = keyOf(this.#pod);
    const current = objects.get(pods, key);
    if (current?.metadata.uid !== this.uid) return;
    // With finalizers, the object goes with the last of them.
    if ((current.metadata.finalizers ?? []).length > 0) return;
    await objects.remove(pods, key);
  }

  /** Stops all containers: sidecars after the others, and the network last. */
  async #stopAll(): Promise<void> {
    const spec = this.#pod.spec ?? { containers: [] };
    const grace =
      this.#pod.metadata.deletionGracePeriodSeconds ??
      spec.terminationGracePeriodSeconds ??
      DEFAULT_GRACE;
    const sidecars = this.#init.filter(({ container }) => isSidecar(container));
    const others = [...this.#init.filter((life) => !sidecars.includes(life)), ...this.#app];
    const begun = Date.now();
    await Promise.all(others.map((life) => this.#stop(life, grace)));
    for (const life of sidecars.reverse()) {
      const left = Math.max(grace - Math.round((Date.now() - begun) / SECOND), grace > 0 ? 2 : 0);
      await this.#stop(life, left);
    }
    await this.#stopInfrastructure();
  }

  async #stop(life: ContainerLife, grace: number): Promise<void> {
    const { name } = life.container;
    await life.stop(`Stopping container ${name}`, grace, this.#hurry.signal);
    await life.settle();
    this.#publish();
  }

  async #stopInfrastructure(): Promise<void> {
    const live = this.#infrastructure;
    if (!live) return;
    const { engine } = this.#runner;
    if (engine.containers.find(live.id) === live) {
      await removeContainer(engine, live, { force: true });
    }
    this.#publish();
  }

  #facts(): PodFacts {
    const { podIps, hostIp } = this.#view();
    return {
      containers: this.#app.map((life) => life.status()),
      initContainers: this.#init.map((life) => life.status()),
      ...{ podIps, hostIp, startTime: this.#startTime },
      hasNetwork: this.#infrastructure !== undefined && isActive(this.#infrastructure.record),
      isInitialized: this.#isInitialized,
      failure: this.#failure,
      isTerminating: this.#isTerminating,
      unschedulable: this.#unschedulable,
    };
  }

  /** Writes the status. Changes during a write are in the next one. */
  #publish(): void {
    if (this.#isClosed) return;
    this.#isDirty = true;
    this.#publishing ??= this.#write()
      .catch((error) => this.#runner.log(`writing the status of ${this.#name}`, error))
      .finally(() => {
        this.#publishing = undefined;
      });
  }

  async #write(): Promise<void> {
    // The caller is about to change more.
    await Promise.resolve();
    while (this.#isDirty) {
      this.#isDirty = false;
      await this.#runner.objects.change(pods, keyOf(this.#pod), (pod) => {
        if (pod.metadata.uid !== this.uid) return pod;
        const status = podStatus(pod, this.#facts());
        return JSON.stringify(status) === JSON.stringify(pod.status) ? pod : { ...pod, status };
      });
    }
  }

  async #flush(): Promise<void> {
    while (this.#publishing) await this.#publishing;
  }
}

function isOver({ status }: Stored<Pod>): boolean {
  return status?.phase === 'Succeeded' || status?.phase === 'Failed';
}

function ruleOf(policy = 'Always'): RestartRule {
  return policy === 'Never' || policy === 'OnFailure' ? policy : 'Always';
}

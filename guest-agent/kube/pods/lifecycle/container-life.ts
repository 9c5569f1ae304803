import type {
  Container,
  ContainerState,
  ContainerStateTerminated,
  ContainerStatus,
} from 'kubernetes-types/core/v1.js';
import { isActive } from '../../../engine/containers/record/container.ts';
import type { LiveContainer } from '../../../engine/containers/record/live-container.ts';
import { imageId } from '../images/obtain-image.ts';
import { unlessAborted } from '../pause.ts';
import { messageOf, PodError } from '../pod-error.ts';
import {
  allStatuses,
  containerId,
  running,
  terminated,
  UNKNOWN_END,
  waiting,
} from '../status/container-state.ts';
import { watchRun } from './container-probes.ts';
import { currentRun, restartsOf } from './container-runs.ts';
import { Interrupted, type PodScope } from './pod-scope.ts';
import { RestartWaits } from './restart-waits.ts';
import { beginRun } from './start-container.ts';
import { stopGracefully } from './stop-container.ts';
import { terminationMessage } from './termination-message.ts';

export type RestartRule = 'Always' | 'OnFailure' | 'Never';

/** How a container differs from others of its pod. */
interface Role {
  readonly rule: RestartRule;
  /** Whether the pod begins only once the container has done its work. */
  readonly isInit: boolean;
  /** Whether it waits for init containers before it. */
  readonly waits: boolean;
}

/**
 * One container of a pod, from the pull of its image to its last run. `run` works until the container
 * doesn't restart any more; `status` says how far it is.
 */
export class ContainerLife {
  readonly #scope: PodScope;
  readonly #role: Role;
  readonly #waits: RestartWaits;
  readonly #started = Promise.withResolvers<void>();
  #container: Container;
  #state: ContainerState;
  #last: ContainerStateTerminated | undefined;
  #live: LiveContainer | undefined;
  #restarts = 0;
  #isReady = false;
  #isStarted = false;

  constructor(scope: PodScope, container: Container, role: Role) {
    this.#scope = scope;
    this.#container = container;
    this.#role = role;
    this.#state = waiting(role.waits ? 'PodInitializing' : 'ContainerCreating');
    this.#waits = new RestartWaits(scope, (state) => this.#show(state));
    this.#remember();
  }

  get container(): Container {
    return this.#container;
  }

  get state(): ContainerState {
    return this.#state;
  }

  /** Resolves once a run has started, and its startup probe succeeded. */
  started(): Promise<void> {
    return this.#started.promise;
  }

  /** Whether the container has ended and its rule doesn't start it again. */
  get isOver(): boolean {
    const end = this.#state.terminated;
    if (end === undefined || end.reason === UNKNOWN_END) return false;
    const { rule } = this.#role;
    return rule === 'Never' || (rule === 'OnFailure' && end.exitCode === 0);
  }

  status(): ContainerStatus {
    const { image = '', name } = this.#container;
    const record = this.#live?.record;
    // As in Kubernetes, an init container is ready once it has done its work.
    const isDone = this.#role.isInit && this.#state.terminated?.exitCode === 0;
    return {
      name,
      state: this.#state,
      lastState: this.#last ? { terminated: this.#last } : {},
      ready: this.#isReady || isDone,
      started: this.#isStarted,
      restartCount: this.#restarts,
      image,
      imageID: record ? imageId(this.#scope.runner.images, record.image) : '',
      ...(record ? { containerID: containerId(record.id) } : {}),
    };
  }

  /**
   * Runs the container until it is over. If the signal aborts, rejects with its reason and leaves
   * the container running.
   */
  async run(signal: AbortSignal): Promise<void> {
    try {
      while (!this.isOver) {
        if (this.#live === undefined || !isActive(this.#live.record)) await this.#begin(signal);
        await this.#follow(signal);
      }
    } finally {
      this.#isReady = false;
      this.#scope.publish();
    }
  }

  /** Stops the current run for a reason that the pod's events show. */
  async stop(message: string, graceSeconds: number, hurry: AbortSignal): Promise<void> {
    const live = this.#live;
    this.#isReady = false;
    if (!live || !isActive(live.record)) return;
    this.#scope.say('Normal', 'Killing', message);
    await stopGracefully(this.#scope, this.#container, live, graceSeconds, hurry);
  }

  /** The container runs again, since the pod has a new network. It isn't a crash. */
  reset(): void {
    const end = this.#state.terminated;
    if (end === undefined) return;
    this.#last = end;
    this.#restarts += 1;
    this.#state = waiting('PodInitializing');
  }

  /**
   * The pod's specification has changed, in which a container can get another image. A run with the
   * old one is stopped, and the next has the new one.
   */
  update(container: Container): void {
    const isOther = container.image !== this.#container.image;
    this.#container = container;
    if (!isOther || !this.#live || !isActive(this.#live.record)) return;
    const grace = this.#scope.view().pod.spec?.terminationGracePeriodSeconds ?? 30;
    const message = `Container ${container.name} definition changed, will be restarted`;
    this.stop(message, grace, new AbortController().signal).catch((error) =>
      this.#scope.runner.log(`stopping ${container.name}`, error),
    );
  }

  /** Takes over how the last run ended, after `run` was interrupted. */
  async settle(): Promise<void> {
    if (this.#state.running && this.#live && !isActive(this.#live.record)) {
      await this.#noteEnd(this.#live);
    }
  }

  /** What an earlier run of the agent left. */
  #remember(): void {
    const { pod } = this.#scope.view();
    const known = allStatuses(pod).find(({ name }) => name === this.#container.name);
    this.#restarts = known?.restartCount ?? 0;
    this.#last = known?.lastState?.terminated;
    const live = currentRun(this.#scope.runner.engine, pod, this.#container.name);
    if (!live || live.record.state.status === 'created') {
      if (known?.state?.terminated) this.#state = known.state;
      return;
    }
    this.#live = live;
    this.#restarts = restartsOf(live);
    this.#state = isActive(live.record)
      ? running(live.record)
      : { terminated: terminated(live.record) };
    if (!isActive(live.record) || known?.containerID !== containerId(live.id)) return;
    // It stays ready until a probe says otherwise.
    this.#isReady = known.ready;
    this.#isStarted = known.started ?? false;
    if (this.#isStarted) this.#started.resolve();
  }

  async #begin(signal: AbortSignal): Promise<void> {
    const end = this.#state.terminated;
    if (end === undefined) this.#show(waiting('ContainerCreating'));
    else {
      this.#last = end;
      await this.#waits.afterRun(this.#container, end, signal);
      this.#restarts += 1;
    }
    const { runner } = this.#scope;
    for (;;) {
      try {
        const live = await beginRun(this.#scope, this.#container, this.#restarts, signal);
        this.#live = live;
        if (isActive(live.record)) this.#show(running(live.record));
        this.#waits.running();
        return;
      } catch (cause) {
        if (signal.aborted) {
          // It may run already, and then it needs time to stop.
          this.#live = currentRun(runner.engine, this.#scope.view().pod, this.#container.name);
          throw signal.reason;
        }
        if (!(cause instanceof PodError)) runner.log(`starting ${this.#container.name}`, cause);
        const error =
          cause instanceof PodError ? cause : new PodError('RunContainerError', messageOf(cause));
        await this.#waits.afterFailure(this.#container, error, signal);
      }
    }
  }

  /** Until the current run ends. */
  async #follow(signal: AbortSignal): Promise<void> {
    const live = this.#live;
    if (!live) return;
    const ended = live.nextExit();
    if (isActive(live.record)) {
      const run = new AbortController();
      const during = AbortSignal.any([signal, run.signal]);
      const watched = watchRun(this.#scope, this.#container, live, during, {
        isStarted: this.#isStarted,
        ready: (isReady) => this.#setReady(isReady),
        started: () => this.#setStarted(),
      });
      watched.catch((error) => {
        if (!during.aborted) this.#scope.runner.log(`probing ${live.record.name}`, error);
      });
      try {
        await unlessAborted(ended, signal);
      } finally {
        run.abort(new Interrupted('the run has ended'));
      }
    }
    await this.#noteEnd(live);
  }

  async #noteEnd(live: LiveContainer): Promise<void> {
    this.#isReady = false;
    this.#isStarted = false;
    const { engine, log } = this.#scope.runner;
    const message = await terminationMessage(this.#scope, this.#container, live).catch((error) => {
      log(`reading the message of ${live.record.name}`, error);
      return undefined;
    });
    const end = terminated(live.record, message);
    if (engine.containers.find(live.id) === live) return this.#show({ terminated: end });
    // A user removed the container. It comes back, whatever its rule is.
    this.#live = undefined;
    const exitCode = end.exitCode || 137;
    this.#show({ terminated: { ...end, exitCode, reason: UNKNOWN_END } });
  }

  #show(state: ContainerState): void {
    this.#state = state;
    this.#scope.publish();
  }

  #setReady(isReady: boolean): void {
    if (this.#isReady === isReady) return;
    this.#isReady = isReady;
    this.#scope.publish();
  }

  #setStarted(): void {
    this.#isStarted = true;
    this.#started.resolve();
    this.#scope.publish();
  }
}

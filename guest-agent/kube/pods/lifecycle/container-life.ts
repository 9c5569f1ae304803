import type {
  Container,
  ContainerState,
  ContainerStateTerminated,
  ContainerStatus,
} from 'kubernetes-types/core/v1.js';
import { isActive } from '../../../engine/containers/record/container.ts';
import type { LiveContainer } from '../../../engine/containers/record/live-container.ts';
import { timestamp } from '../../objects/timestamp.ts';
import { imageId } from '../images/obtain-image.ts';
import { pause, unlessAborted } from '../pause.ts';
import { PodError } from '../pod-error.ts';
import { containerId, terminated, waiting } from '../status/container-state.ts';
import { BackOff, goDuration } from './back-off.ts';
import { watchRun } from './container-probes.ts';
import { currentRun, restartsOf } from './container-runs.ts';
import { Interrupted, type PodScope } from './pod-scope.ts';
import { beginRun } from './start-container.ts';
import { stopGracefully } from './stop-container.ts';
import { terminationMessage } from './termination-message.ts';

const SECOND = 1000;
/** How long the reason of a failed pull is shown before the wait for the next. */
const SHOW_FAILURE_MS = 2 * SECOND;
/** The wait after a failure that a change of an object can repair. */
const CONFIG_RETRY_MS = 10 * SECOND;

/** The reason of an end that nobody saw, since the container is gone. */
const UNKNOWN = 'ContainerStatusUnknown';

export type RestartRule = 'Always' | 'OnFailure' | 'Never';

/**
 * One container of a pod, from the pull of its image to its last run. `run` works until the container
 * doesn't restart any more; `status` says how far it is.
 */
export class ContainerLife {
  #container: Container;
  readonly #scope: PodScope;
  readonly #rule: RestartRule;
  readonly #isInit: boolean;
  readonly #pulls = new BackOff();
  readonly #crashes = new BackOff(0);
  #state: ContainerState;
  #last: ContainerStateTerminated | undefined;
  #live: LiveContainer | undefined;
  #restarts = 0;
  #isReady = false;
  #isStarted = false;
  #started = Promise.withResolvers<void>();

  /** `waits` for init containers before it. */
  constructor(
    scope: PodScope,
    container: Container,
    { rule, isInit, waits }: { rule: RestartRule; isInit: boolean; waits: boolean },
  ) {
    this.#container = container;
    this.#scope = scope;
    this.#rule = rule;
    this.#isInit = isInit;
    this.#state = waiting(waits ? 'PodInitializing' : 'ContainerCreating');
    this.#remember();
  }

  get container(): Container {
    return this.#container;
  }

  get live(): LiveContainer | undefined {
    return this.#live;
  }

  get state(): ContainerState {
    return this.#state;
  }

  /** Resolves once a run has started, and its startup probe succeeded. */
  started(): Promise<void> {
    return this.#started.promise;
  }

  /** As in Kubernetes, an init container is ready once it has done its work. */
  get #isDoneInit(): boolean {
    return this.#isInit && this.#state.terminated?.exitCode === 0;
  }

  /** Whether the container has ended and its rule doesn't start it again. */
  get isOver(): boolean {
    const end = this.#state.terminated;
    return end !== undefined && !this.#restartsAfter(end.exitCode);
  }

  status(): ContainerStatus {
    const { image = '', name } = this.container;
    const record = this.#live?.record;
    return {
      name,
      state: this.#state,
      lastState: this.#last ? { terminated: this.#last } : {},
      ready: this.#isReady || this.#isDoneInit,
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
    await stopGracefully(this.#scope, this.container, live, graceSeconds, hurry);
  }

  /** The container runs again, since the pod has a new network. This counts as no crash. */
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
    const { name } = this.container;
    const known = [
      ...(pod.status?.containerStatuses ?? []),
      ...(pod.status?.initContainerStatuses ?? []),
    ].find((each) => each.name === name);
    this.#restarts = known?.restartCount ?? 0;
    this.#last = known?.lastState?.terminated;
    const live = currentRun(this.#scope.runner.engine, pod, name);
    if (live && live.record.state.status !== 'created') {
      this.#live = live;
      this.#restarts = restartsOf(live);
      if (isActive(live.record)) this.#noteRunning(live);
      else this.#state = { terminated: terminated(live.record) };
    } else if (known?.state?.terminated) {
      this.#state = known.state;
    }
  }

  async #begin(signal: AbortSignal): Promise<void> {
    await this.#waitAfterCrash(signal);
    for (;;) {
      try {
        const restarts = this.#restarts;
        const live = await beginRun(this.#scope, this.container, restarts, signal);
        this.#live = live;
        if (isActive(live.record)) this.#noteRunning(live);
        this.#pulls.reset();
        return;
      } catch (error) {
        if (signal.aborted) {
          // It may run already, and then it needs time to stop.
          const { pod } = this.#scope.view();
          this.#live = currentRun(this.#scope.runner.engine, pod, this.container.name);
          throw signal.reason;
        }
        if (!(error instanceof PodError)) throw error;
        await this.#waitAfterFailure(error, signal);
      }
    }
  }

  /** Before a restart: the wait of a crash loop. */
  async #waitAfterCrash(signal: AbortSignal): Promise<void> {
    const end = this.#state.terminated;
    if (end === undefined) {
      this.#state = waiting('ContainerCreating');
      this.#scope.publish();
      return;
    }
    const ran = Date.parse(end.finishedAt ?? '') - Date.parse(end.startedAt ?? '');
    this.#crashes.ran(ran);
    const delay = end.reason === UNKNOWN ? 0 : this.#crashes.failed();
    this.#last = end;
    const { name, namespace = 'default', uid } = this.#scope.view().pod.metadata;
    if (delay > 0) {
      const message = `back-off ${goDuration(delay)} restarting failed container=${this.container.name} pod=${name}_${namespace}(${uid})`;
      this.#state = waiting('CrashLoopBackOff', message);
      this.#scope.publish();
      this.#scope.say(
        'Warning',
        'BackOff',
        `Back-off restarting failed container ${this.container.name} in pod ${name}_${namespace}(${uid})`,
      );
      const over = (Date.parse(end.finishedAt ?? '') || Date.now()) + delay;
      await pause(over - Date.now(), signal);
    }
    this.#restarts += 1;
  }

  async #waitAfterFailure({ reason, message }: PodError, signal: AbortSignal): Promise<void> {
    this.#state = waiting(reason, message);
    this.#scope.publish();
    if (reason !== 'ErrImagePull') {
      // A ConfigMap that was missing may come.
      const retry = pause(CONFIG_RETRY_MS, signal);
      await Promise.race([retry, unlessAborted(this.#scope.changed(), signal)]);
      return;
    }
    const delay = this.#pulls.failed();
    await pause(SHOW_FAILURE_MS, signal);
    const { image = '' } = this.container;
    this.#scope.say('Normal', 'BackOff', `Back-off pulling image "${image}"`);
    this.#scope.say('Warning', 'Failed', 'Error: ImagePullBackOff');
    this.#state = waiting(
      'ImagePullBackOff',
      `Back-off pulling image "${image}": ErrImagePull: ${message}`,
    );
    this.#scope.publish();
    await pause(delay - SHOW_FAILURE_MS, signal);
  }

  /** Until the current run ends. */
  async #follow(signal: AbortSignal): Promise<void> {
    const live = this.#live;
    if (!live) return;
    const ended = live.nextExit();
    if (isActive(live.record)) {
      const run = new AbortController();
      const during = AbortSignal.any([signal, run.signal]);
      const watched = watchRun(this.#scope, this.container, live, during, {
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

  #noteRunning({ record }: LiveContainer): void {
    const startedAt = timestamp(Date.parse(record.state.startedAt ?? '') || Date.now());
    this.#state = { running: { startedAt } };
    this.#scope.publish();
  }

  async #noteEnd(live: LiveContainer): Promise<void> {
    this.#isReady = false;
    this.#isStarted = false;
    const { runner, directories } = this.#scope;
    const message = await terminationMessage(
      runner.engine,
      directories,
      this.#scope.view().pod,
      this.container,
      live,
    ).catch((error) => {
      runner.log(`reading the message of ${live.record.name}`, error);
      return undefined;
    });
    const isRemoved = runner.engine.containers.find(live.id) !== live;
    const end = terminated(live.record, message);
    // A user removed the container. It comes back, whatever its rule is.
    this.#state = isRemoved
      ? { terminated: { ...end, exitCode: end.exitCode || 137, reason: UNKNOWN } }
      : { terminated: end };
    if (isRemoved) this.#live = undefined;
    this.#scope.publish();
  }

  #restartsAfter(exitCode: number): boolean {
    if (this.#state.terminated?.reason === UNKNOWN) return true;
    return this.#rule === 'Always' || (this.#rule === 'OnFailure' && exitCode !== 0);
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

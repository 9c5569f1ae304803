import type {
  Container,
  ContainerState,
  ContainerStateTerminated,
} from 'kubernetes-types/core/v1.js';
import { pause, unlessAborted } from '../pause.ts';
import type { PodError } from '../pod-error.ts';
import { UNKNOWN_END, waiting } from '../status/container-state.ts';
import { BackOff, goDuration } from './back-off.ts';
import type { PodScope } from './pod-scope.ts';

const SECOND = 1000;
/** How long the reason of a failed pull is shown before the wait for the next. */
const SHOW_FAILURE_MS = 2 * SECOND;
/** The wait after a failure that a change of an object can repair. */
const CONFIG_RETRY_MS = 10 * SECOND;

/** The waits of one container before it starts again, which its state and events show. */
export class RestartWaits {
  readonly #scope: PodScope;
  readonly #show: (state: ContainerState) => void;
  readonly #pulls = new BackOff();
  readonly #crashes = new BackOff(0);

  /** `show` makes a state the container's. */
  constructor(scope: PodScope, show: (state: ContainerState) => void) {
    this.#scope = scope;
    this.#show = show;
  }

  /** The container runs, so its image is there. */
  running(): void {
    this.#pulls.reset();
  }

  /** Waits after the end of a run. Rejects with the signal's reason. */
  async afterRun(
    container: Container,
    end: ContainerStateTerminated,
    signal: AbortSignal,
  ): Promise<void> {
    this.#crashes.ran(Date.parse(end.finishedAt ?? '') - Date.parse(end.startedAt ?? ''));
    // A user has removed the container, which is not a crash.
    const delay = end.reason === UNKNOWN_END ? 0 : this.#crashes.failed();
    if (delay === 0) return;
    const { name, namespace = 'default', uid } = this.#scope.view().pod.metadata;
    const pod = `${name}_${namespace}(${uid})`;
    const wait = `back-off ${goDuration(delay)} restarting failed`;
    this.#show(waiting('CrashLoopBackOff', `${wait} container=${container.name} pod=${pod}`));
    const message = `Back-off restarting failed container ${container.name} in pod ${pod}`;
    this.#scope.say('Warning', 'BackOff', message);
    const over = (Date.parse(end.finishedAt ?? '') || Date.now()) + delay;
    await pause(over - Date.now(), signal);
  }

  /** Waits after a run couldn't begin. Rejects with the signal's reason. */
  async afterFailure(
    { image = '' }: Container,
    { reason, message }: PodError,
    signal: AbortSignal,
  ): Promise<void> {
    this.#show(waiting(reason, message));
    if (reason !== 'ErrImagePull') {
      // A ConfigMap that was missing may come.
      const changed = unlessAborted(this.#scope.changed(), signal);
      return Promise.race([pause(CONFIG_RETRY_MS, signal), changed]);
    }
    const delay = this.#pulls.failed();
    await pause(SHOW_FAILURE_MS, signal);
    const text = `Back-off pulling image "${image}"`;
    this.#scope.say('Normal', 'BackOff', text);
    this.#scope.say('Warning', 'Failed', 'Error: ImagePullBackOff');
    this.#show(waiting('ImagePullBackOff', `${text}: ErrImagePull: ${message}`));
    await pause(delay - SHOW_FAILURE_MS, signal);
  }
}

import { awaitedElsewhere } from '../../../errors.ts';
import type { ContainerLife } from './container-life.ts';

/** The containers of a pod, in the order of its specification. */
export interface Lives {
  readonly init: readonly ContainerLife[];
  readonly app: readonly ContainerLife[];
  /** Those that were added to the pod while it ran. */
  readonly debug: readonly ContainerLife[];
  isSidecar(life: ContainerLife): boolean;
}

export interface Run {
  /** Whether the init containers have done their work before. */
  readonly isInitialized: boolean;
  /** Called once the init containers have done their work. */
  initialized(): void;
}

/**
 * Runs the containers of a pod until all but sidecars are over: init containers one after the other,
 * sidecars beside those after them, then the others together. If the signal aborts, rejects with its
 * reason. Containers that still run then, and sidecars, are left running. Returns early if an init
 * container failed for good.
 */
export async function runContainers(lives: Lives, run: Run, signal: AbortSignal): Promise<void> {
  const ended = new AbortController();
  const during = AbortSignal.any([signal, ended.signal]);
  const running = new Map<ContainerLife, Promise<void>>();
  // The first failure ends all: it is the signal's reason, or a mistake in this program.
  const failure = Promise.withResolvers<never>();
  failure.promise.catch(awaitedElsewhere);
  const begin = (life: ContainerLife): void => {
    const promise = life.run(during);
    promise.catch((error) => {
      if (!ended.signal.aborted) failure.reject(error);
    });
    running.set(life, promise);
  };
  const unlessFailed = <T>(promise: Promise<T>) => Promise.race([promise, failure.promise]);
  try {
    for (const life of lives.init) {
      if (lives.isSidecar(life)) {
        begin(life);
        if (!run.isInitialized) await unlessFailed(life.started());
      } else if (!run.isInitialized) {
        await unlessFailed(life.run(during));
        if (life.state.terminated?.exitCode !== 0) return;
      }
    }
    run.initialized();
    for (const life of lives.app) begin(life);
    await unlessFailed(Promise.all(lives.app.map((life) => running.get(life))));
  } finally {
    ended.abort(signal.reason);
    await Promise.allSettled(running.values());
  }
}

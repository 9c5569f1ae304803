import type { Container } from 'kubernetes-types/core/v1.js';
import { stopContainer } from '../../../engine/containers/lifecycle/stop.ts';
import { isActive } from '../../../engine/containers/record/container.ts';
import type { LiveContainer } from '../../../engine/containers/record/live-container.ts';
import { EngineError } from '../../../errors.ts';
import { runHook } from './hooks.ts';
import type { PodScope } from './pod-scope.ts';

const SECOND = 1000;
/** After its hook, a container has at least this long to stop. */
const AT_LEAST_MS = 2 * SECOND;

/**
 * Stops a container as Kubernetes does: its preStop hook, its stop signal, and SIGKILL when the grace
 * period is over, which includes the hook. `hurry` aborts when there is no time left. Does nothing
 * if the container doesn't run.
 */
export async function stopGracefully(
  scope: PodScope,
  container: Container,
  live: LiveContainer,
  graceSeconds: number,
  hurry: AbortSignal,
): Promise<void> {
  if (!isActive(live.record)) return;
  const deadline = Date.now() + graceSeconds * SECOND;
  const hook = container.lifecycle?.preStop;
  if (hook && graceSeconds > 0 && !hurry.aborted) {
    await runPreStop(scope, container, live, graceSeconds, hurry);
  }
  const left = Math.max(deadline - Date.now(), graceSeconds > 0 ? AT_LEAST_MS : 0);
  const kill = () => {
    stop(scope, live, 'SIGKILL', 0).catch((error) =>
      scope.runner.log(`killing ${live.record.name}`, error),
    );
  };
  if (hurry.aborted || graceSeconds === 0) return stop(scope, live, 'SIGKILL', 0);
  hurry.addEventListener('abort', kill, { once: true });
  try {
    await stop(scope, live, undefined, left / SECOND);
  } finally {
    hurry.removeEventListener('abort', kill);
  }
}

async function runPreStop(
  scope: PodScope,
  container: Container,
  live: LiveContainer,
  graceSeconds: number,
  hurry: AbortSignal,
): Promise<void> {
  const hook = container.lifecycle?.preStop;
  if (!hook) return;
  const over = new AbortController();
  // The container may end on its own.
  live.nextExit().then(
    () => over.abort(),
    (error) => scope.runner.log(`waiting for ${live.record.name}`, error),
  );
  const signal = AbortSignal.any([over.signal, hurry, AbortSignal.timeout(graceSeconds * SECOND)]);
  const failure = await runHook(scope, container, live, hook, signal).catch((error) => {
    if (signal.aborted) return undefined;
    throw error;
  });
  if (failure !== undefined) {
    scope.say('Warning', 'FailedPreStopHook', `PreStopHook failed: ${failure}`);
  }
}

async function stop(
  scope: PodScope,
  live: LiveContainer,
  signal: string | undefined,
  timeout: number,
): Promise<void> {
  try {
    const options = { timeout, ...(signal === undefined ? {} : { signal }) };
    await stopContainer(scope.runner.engine, live, options);
  } catch (error) {
    // It has ended meanwhile.
    if (!(error instanceof EngineError) || error.code !== 'not-modified') throw error;
  }
}

import type { Container, LifecycleHandler } from 'kubernetes-types/core/v1.js';
import type { LiveContainer } from '../../../engine/containers/record/live-container.ts';
import { pause } from '../pause.ts';
import { type Checked, check } from '../probes/check.ts';
import type { PodScope } from './pod-scope.ts';

/** A hook may take as long as its container lives. */
const NO_LIMIT = 2 ** 31 - 1;

/** Runs a lifecycle hook. Returns why it failed, or undefined. Rejects with the signal's reason. */
export async function runHook(
  scope: PodScope,
  container: Container,
  live: LiveContainer,
  hook: LifecycleHandler,
  signal: AbortSignal,
): Promise<string | undefined> {
  if (hook.sleep) {
    await pause(hook.sleep.seconds * 1000, signal);
    return undefined;
  }
  const checked: Checked = {
    ...{ engine: scope.runner.engine, container, live },
    podIp: scope.view().podIps[0] ?? scope.view().hostIp,
  };
  const { isGood, output } = await check(checked, hook, NO_LIMIT, signal);
  return isGood ? undefined : output || 'the hook failed';
}

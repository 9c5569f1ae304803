import type { Container, Probe } from 'kubernetes-types/core/v1.js';
import type { LiveContainer } from '../../../engine/containers/record/live-container.ts';
import { check } from '../probes/check.ts';
import { timings, watchProbe } from '../probes/watch-probe.ts';
import type { PodScope } from './pod-scope.ts';
import { stopGracefully } from './stop-container.ts';

interface Watcher {
  /** The startup probe has succeeded before a restart of the agent. */
  readonly isStarted: boolean;
  ready(isReady: boolean): void;
  /** The startup probe succeeded, or there is none. */
  started(): void;
}

type Kind = 'Startup' | 'Liveness' | 'Readiness';

/**
 * Probes a run of a container until the signal aborts: first the startup probe; once it succeeds,
 * the others. A run that fails its startup or liveness probe is stopped.
 */
export async function watchRun(
  scope: PodScope,
  container: Container,
  live: LiveContainer,
  signal: AbortSignal,
  { isStarted, ready, started }: Watcher,
): Promise<void> {
  const startedAt = Date.parse(live.record.state.startedAt ?? '') || Date.now();
  const { engine } = scope.runner;
  const watch = (kind: Kind, probe: Probe, settled: (isGood: boolean) => boolean) =>
    watchProbe(
      {
        ...{ probe, startedAt, settled },
        check: (during) => {
          const podIp = scope.view().podIps[0] ?? scope.view().hostIp;
          return check({ engine, container, live, podIp }, probe, timings(probe).timeout, during);
        },
        observed: ({ isGood, output }) => {
          if (isGood) return;
          scope.say('Warning', 'Unhealthy', `${kind} probe failed: ${output}`);
        },
      },
      signal,
    );
  const killed = async (kind: Kind, { terminationGracePeriodSeconds }: Probe) => {
    const pod = scope.view().pod.spec;
    const grace = terminationGracePeriodSeconds ?? pod?.terminationGracePeriodSeconds ?? 30;
    scope.say(
      'Normal',
      'Killing',
      `Container ${container.name} failed ${kind.toLowerCase()} probe, will be restarted`,
    );
    ready(false);
    // Also if the pod ends meanwhile, since its end waits for the container.
    await stopGracefully(scope, container, live, grace, new AbortController().signal);
  };

  const { startupProbe, livenessProbe, readinessProbe } = container;
  if (startupProbe && !isStarted) {
    let succeeded = false;
    await watch('Startup', startupProbe, (isGood) => {
      succeeded = isGood;
      return false;
    });
    if (!succeeded) return killed('Startup', startupProbe);
  }
  started();
  if (!readinessProbe) ready(true);
  await Promise.all([
    readinessProbe &&
      watch('Readiness', readinessProbe, (isGood) => {
        ready(isGood);
        return true;
      }),
    livenessProbe &&
      watch('Liveness', livenessProbe, (isGood) => isGood).then(() =>
        killed('Liveness', livenessProbe),
      ),
  ]);
}

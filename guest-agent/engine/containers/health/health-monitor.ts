import type { Engine } from '../../engine.ts';
import { type ContainerRecord, hasProcess } from '../record/container.ts';
import { publishContainerEvent } from '../record/event.ts';
import { type Health, type HealthResult, startingHealth } from '../record/health.ts';
import type { LiveContainer } from '../record/live-container.ts';
import { healthChecked } from '../record/transitions.ts';
import { type HealthCheck, healthCheck } from '../request/health-config.ts';
import { afterProbe, watchHealth } from './health.ts';
import { runProbe } from './health-probe.ts';

/** The health of a container that is about to start. Null if it has no health check. */
export function healthAtStart({ config }: ContainerRecord): Health | null {
  return healthCheck(config.Healthcheck, config.Shell) ? startingHealth : null;
}

/** Starts the health check of a running container, if it has one. */
export function startHealthMonitor(engine: Engine, container: LiveContainer): void {
  const { config, state } = container.record;
  const check = healthCheck(config.Healthcheck, config.Shell);
  stopHealthMonitor(container);
  if (!check || !state.startedAt) return;
  const monitor = new AbortController();
  container.healthMonitor = monitor;
  const { signal } = monitor;
  const startedAt = new Date(state.startedAt);
  watchHealth(
    {
      check,
      startedAt,
      status: () => container.record.state.health?.status ?? 'starting',
      // A paused container can't answer.
      probe: async () =>
        container.record.state.status === 'running'
          ? runProbe(engine, container, check, signal)
          : undefined,
      report: (result) => report(engine, container, { result, check, startedAt, signal }),
    },
    signal,
  ).catch((error) => engine.log(`checking the health of ${container.id}`, error));
}

/** Idempotent. Kills a check that is running. */
export function stopHealthMonitor(container: LiveContainer): void {
  container.healthMonitor?.abort();
  container.healthMonitor = undefined;
}

async function report(
  engine: Engine,
  container: LiveContainer,
  probe: { result: HealthResult; check: HealthCheck; startedAt: Date; signal: AbortSignal },
): Promise<void> {
  await container.lock.run(async () => {
    const { record } = container;
    if (probe.signal.aborted || !hasProcess(record)) return;
    const before = record.state.health ?? startingHealth;
    const health = afterProbe(before, probe.result, probe.check, probe.startedAt);
    await engine.containers.save(container, healthChecked(record, health));
    if (health.status !== before.status) {
      publishContainerEvent(engine, container.record, `health_status: ${health.status}`);
    }
  });
}

import { setTimeout } from 'node:timers/promises';
import { HostError } from '../../base/errors.ts';
import { readOnChange } from '../../engine/changes.ts';
import type { EngineClient } from '../../engine/connection/client.ts';
import { inspectContainer } from '../../engine/containers.ts';

export type Condition = 'service_started' | 'service_healthy' | 'service_completed_successfully';

/** A condition of `up --wait`: healthy, or running without a health check. */
export type Readiness = 'running_or_healthy';

/** A container that fails at once isn't one that runs. */
const SETTLE_MS = 500;

const HINT = { hint: `check the container's log` };

interface Awaited {
  readonly id: string;
  readonly name: string;
  readonly service: string;
}

/**
 * Waits until a started container is healthy or has completed successfully. Rejects when that can't
 * happen any more.
 */
export async function awaitCondition(
  client: EngineClient,
  { service, ...container }: Awaited,
  condition: Condition | Readiness,
  signal: AbortSignal,
): Promise<void> {
  if (condition === 'service_started') return;
  const unmet = (reason: string) => {
    const isDependency = condition !== 'running_or_healthy';
    return new HostError(
      'engine',
      isDependency ? `dependency failed to start: ${reason}` : reason,
      HINT,
    );
  };
  if (condition === 'running_or_healthy') await setTimeout(SETTLE_MS, undefined, { signal });
  const read = () => inspectContainer(client, container.id);
  for await (const { State } of readOnChange(client, 'container', read, signal)) {
    const { Health } = State;
    const hasEnded = !State.Running && State.Status !== 'created' && !State.Restarting;
    if (condition === 'service_completed_successfully') {
      if (!hasEnded) continue;
      if (State.ExitCode === 0) return;
      throw new HostError(
        'engine',
        `service "${service}" didn't complete successfully: exit ${State.ExitCode}`,
        HINT,
      );
    }
    if (hasEnded) throw unmet(`container ${container.name} exited (${State.ExitCode})`);
    if (!Health && condition === 'running_or_healthy') {
      if (State.Running && !State.Restarting) return;
      continue;
    }
    if (!Health) throw unmet(`container ${container.name} has no healthcheck configured`);
    if (Health.Status === 'healthy') return;
    if (Health.Status === 'unhealthy') throw unmet(`container ${container.name} is unhealthy`);
  }
  throw new HostError('cancelled', 'cancelled');
}

import { HostError } from '../../base/errors.ts';
import type { EngineClient } from '../../engine/connection/client.ts';
import type { Project } from '../file/project.ts';
import { awaitCondition, type Condition, type Readiness } from './await-condition.ts';
import { type Report, told } from './compose-host.ts';
import { listProjectContainers } from './observe.ts';

/** Longer timers fire at once. */
const LONGEST_SECONDS = 2_000_000;

/**
 * Waits until the containers of services run, and are healthy if they have a health check. A service
 * that others expect to complete is ready when it has. Rejects with HostError when that can't happen
 * any more, or after `timeout` seconds, if that isn't 0.
 */
export async function awaitReady(
  engine: EngineClient,
  project: Project,
  { services, timeout = 0 }: { readonly services: ReadonlySet<string>; readonly timeout?: number },
  report: Report,
  signal: AbortSignal,
): Promise<void> {
  const seconds = Math.min(timeout, LONGEST_SECONDS);
  const limit = timeout === 0 ? undefined : AbortSignal.timeout(seconds * 1000);
  const limited = limit === undefined ? signal : AbortSignal.any([signal, limit]);
  const containers = (await listProjectContainers(engine, project.name)).filter(
    ({ service, oneoff }) => services.has(service) && !oneoff,
  );
  try {
    await Promise.all(
      containers.map((container) => {
        const condition = conditionOf(project, container.service);
        const after = condition === 'running_or_healthy' ? 'Healthy' : 'Exited';
        return told(report, 'container', container.name, ['Waiting', after], () =>
          awaitCondition(engine, container, condition, limited),
        );
      }),
    );
  } catch (cause) {
    if (!limit?.aborted || signal.aborted) throw cause;
    throw new HostError('engine', `application not healthy after ${timeout}s`, {
      cause,
      hint: "check the containers' logs with `berth compose logs`",
    });
  }
}

function conditionOf({ services }: Project, name: string): Condition | Readiness {
  const mustComplete = Object.values(services).some(
    ({ depends_on: others }) => others?.[name]?.condition === 'service_completed_successfully',
  );
  return mustComplete ? 'service_completed_successfully' : 'running_or_healthy';
}

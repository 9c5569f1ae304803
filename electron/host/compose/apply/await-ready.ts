import { HostError } from '../../base/errors.ts';
import type { EngineClient } from '../../engine/connection/client.ts';
import { awaitCondition } from './await-condition.ts';
import { type Report, told } from './compose-host.ts';
import { listProjectContainers } from './observe.ts';

/**
 * Waits until the containers of services run, and are healthy if they have a health check. Rejects
 * with HostError when that can't happen any more, or after `timeout` seconds.
 */
export async function awaitReady(
  engine: EngineClient,
  project: string,
  { services, timeout }: { readonly services: ReadonlySet<string>; readonly timeout?: number },
  report: Report,
  signal: AbortSignal,
): Promise<void> {
  const limit = timeout === undefined ? undefined : AbortSignal.timeout(timeout * 1000);
  const limited = limit === undefined ? signal : AbortSignal.any([signal, limit]);
  const containers = (await listProjectContainers(engine, project)).filter(
    ({ service, oneoff }) => services.has(service) && !oneoff,
  );
  try {
    await Promise.all(
      containers.map((container) =>
        told(report, 'container', container.name, ['Waiting', 'Healthy'], () =>
          awaitCondition(engine, container, 'running_or_healthy', limited),
        ),
      ),
    );
  } catch (cause) {
    if (!limit?.aborted || signal.aborted) throw cause;
    throw new HostError('engine', `application not healthy after ${timeout} seconds`, { cause });
  }
}

import { reasonOf } from '../../base/errors.ts';
import type { EngineClient } from '../../engine/connection/client.ts';
import type { Project } from '../file/project.ts';
import { entriesOf } from '../file/record.ts';
import { awaitCondition, type Condition } from './await-condition.ts';
import { type Report, told } from './compose-host.ts';

const WORDS: Readonly<Record<Condition, string>> = {
  service_started: 'Started',
  service_healthy: 'Healthy',
  service_completed_successfully: 'Exited',
};

/** Waits for the conditions under which a service may start. Rejects with HostError. */
export async function awaitDependencies(
  engine: EngineClient,
  project: Project,
  name: string,
  containersOf: (service: string) => readonly { readonly id: string; readonly name: string }[],
  report: Report,
  signal: AbortSignal,
): Promise<void> {
  const dependencies = entriesOf(project.services[name]?.depends_on);
  await Promise.all(
    dependencies.flatMap(([other, { condition, required }]) =>
      condition === 'service_started'
        ? []
        : containersOf(other).map(async (container) => {
            try {
              await told(report, 'container', container.name, ['Waiting', WORDS[condition]], () =>
                awaitCondition(engine, { ...container, service: other }, condition, signal),
              );
            } catch (error) {
              if (required || signal.aborted) throw error;
              const text = reasonOf(error);
              report({ kind: 'container', name: container.name, state: 'warning', text });
            }
          }),
    ),
  );
}

import type { ProjectEvent } from '../../../api/project-events.ts';
import type { CredentialStore } from '../../credentials/store.ts';
import type { EngineClient } from '../../engine/connection/client.ts';
import type { SettingsStore } from '../../settings/store.ts';

/** The dependencies of operations on a project. */
export interface ComposeHost {
  readonly engine: EngineClient;
  readonly credentials: CredentialStore;
  readonly settings: Pick<SettingsStore, 'read'>;
  /** The engine changes nothing, so it can't build either. */
  readonly dryRun?: boolean;
}

/** Receives progress events. */
export type Report = (event: ProjectEvent) => void;

/** Does the same with several containers at once, and reports each. */
export async function toldEach<T extends { readonly id: string; readonly name: string }>(
  report: Report,
  containers: readonly T[],
  words: readonly [during: string, after: string],
  work: (id: string) => Promise<void>,
): Promise<void> {
  await Promise.all(
    containers.map(({ id, name }) => told(report, 'container', name, words, () => work(id))),
  );
}

/** Reports an operation: before it starts, and after it succeeds. */
export async function told<T>(
  report: Report,
  kind: ProjectEvent['kind'],
  name: string,
  words: readonly [during: string, after: string],
  work: () => Promise<T>,
): Promise<T> {
  report({ kind, name, state: 'working', text: words[0] });
  const result = await work();
  report({ kind, name, state: 'done', text: words[1] });
  return result;
}

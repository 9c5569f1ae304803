import { pause } from '../../base/pause.ts';
import { TaskGroup } from '../../base/task-group.ts';
import type { KubeObject } from '../objects/kube-object.ts';
import { KubeApiError } from './api-error.ts';
import { followObjects } from './follow-objects.ts';
import type { KubeClient } from './kube-client.ts';

/** One list of objects. */
export interface FollowedList {
  readonly path: string;
  /** Empty, instead of an error, if the user isn't allowed to see it or the cluster doesn't have it. */
  readonly isOptional?: boolean;
}

/** A rollout changes many objects within a moment. */
const TOGETHER_MS = 150;

/**
 * Yields several lists of objects, by their names, and again after changes, until `signal` aborts.
 * Rejects if the cluster can't be reached, and later if it doesn't answer for a minute.
 */
export async function* followLists<Name extends string>(
  client: KubeClient,
  lists: Readonly<Record<Name, FollowedList>>,
  signal: AbortSignal,
): AsyncGenerator<Readonly<Record<Name, readonly KubeObject[]>>, void, undefined> {
  const entries = Object.entries(lists) as [Name, FollowedList][];
  const objects = new Map<Name, Map<string, KubeObject>>();
  await reach(client, entries, signal);
  const tasks = new TaskGroup(signal);
  let changed = Promise.withResolvers<void>();
  for (const [name, { path, isOptional = false }] of entries) {
    tasks.run(async (ending) => {
      const known = new Map<string, KubeObject>();
      try {
        for await (const change of followObjects(client, path, {}, ending)) {
          if (change.type === 'LIST') known.clear();
          for (const object of change.type === 'LIST' ? change.objects : [change.object]) {
            if (change.type === 'DELETED') known.delete(object.metadata.uid);
            else known.set(object.metadata.uid, object);
          }
          objects.set(name, known);
          changed.resolve();
        }
      } catch (error) {
        if (!isOptional || !isWithheld(error)) throw error;
        objects.set(name, new Map());
        changed.resolve();
      }
    });
  }
  const wake = () => changed.resolve();
  tasks.signal.addEventListener('abort', wake);
  try {
    while (!tasks.signal.aborted) {
      await changed.promise;
      await pause(TOGETHER_MS, tasks.signal);
      changed = Promise.withResolvers();
      if (tasks.signal.aborted || objects.size < entries.length) continue;
      const current = entries.map(([name]) => [name, [...(objects.get(name)?.values() ?? [])]]);
      yield Object.fromEntries(current) as Record<Name, KubeObject[]>;
    }
  } finally {
    tasks.signal.removeEventListener('abort', wake);
    tasks.end();
  }
  await tasks.ended();
}

/** Following waits a minute for a cluster that was there. One that isn't there is an error at once. */
async function reach(
  client: KubeClient,
  lists: readonly (readonly [string, FollowedList])[],
  signal: AbortSignal,
): Promise<void> {
  const [, first] = lists.find(([, { isOptional = false }]) => !isOptional) ?? [];
  if (first) await client.json('GET', first.path, { query: { limit: 1 }, signal });
}

/** Whether the user may not see objects, or the cluster doesn't have their kind. */
export const isWithheld = (error: unknown): boolean =>
  error instanceof KubeApiError && (error.status === 403 || error.status === 404);

import { EventEmitter, once } from 'node:events';
import { watch } from 'node:fs';
import { mkdir } from 'node:fs/promises';

/**
 * Yields at once, and whenever something in one of the directories may have changed. Changes that
 * come while the consumer is busy count as one. Makes a directory that is missing; ends when
 * `signal` aborts.
 */
export async function* directoryChanges(
  directories: readonly string[],
  signal: AbortSignal,
): AsyncGenerator<void, void, undefined> {
  const changes = new EventEmitter();
  for (const directory of directories) await mkdir(directory, { recursive: true, mode: 0o700 });
  const watchers = directories.map((directory) =>
    watch(directory, () => changes.emit('change')).on('error', () => changes.emit('change')),
  );
  try {
    while (!signal.aborted) {
      // From here on, so that nothing is missed between a look and the wait.
      const change = once(changes, 'change', { signal }).catch(() => {});
      yield;
      await change;
    }
  } finally {
    for (const watcher of watchers) watcher.close();
  }
}

import { once } from 'node:events';
import { watch } from 'node:fs';
import { mkdir } from 'node:fs/promises';

/**
 * Yields at once, and whenever something in the directory may have changed. Changes that come
 * while the consumer is busy count as one. Makes the directory when it is missing; ends when
 * `signal` aborts.
 */
export async function* directoryChanges(
  directory: string,
  signal: AbortSignal,
): AsyncGenerator<void, void, undefined> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const watcher = watch(directory);
  try {
    while (!signal.aborted) {
      // From here on, so that nothing is missed between a look and the wait.
      const change = once(watcher, 'change', { signal }).catch(() => {});
      yield;
      await change;
    }
  } finally {
    watcher.close();
  }
}

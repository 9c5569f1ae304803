import { once } from 'node:events';
import { watch } from 'node:fs';
import { basename, dirname } from 'node:path';

/**
 * Yields now, and whenever one of the files may have changed, appeared or disappeared. Their
 * directories must exist. Changes while the consumer is busy are combined. Ends when `signal`
 * aborts.
 */
export async function* fileChanges(
  files: readonly string[],
  signal: AbortSignal,
): AsyncGenerator<void, void, undefined> {
  const names = new Set(files.map((file) => basename(file)));
  let changed = Promise.withResolvers<void>();
  const watchers = [...new Set(files.map((file) => dirname(file)))].map((directory) => {
    const watcher = watch(directory, (_, name) => {
      // Some systems don't report which file changed.
      if (name === null || names.has(name)) changed.resolve();
    });
    // The directory may have been removed; the caller's next read shows that.
    watcher.on('error', () => changed.resolve());
    return watcher;
  });
  const aborted = signal.aborted ? undefined : once(signal, 'abort');
  try {
    while (!signal.aborted) {
      // Start listening now, so that no change before the wait is missed.
      changed = Promise.withResolvers();
      yield;
      await Promise.race([changed.promise, aborted]);
    }
  } finally {
    for (const watcher of watchers) watcher.close();
  }
}

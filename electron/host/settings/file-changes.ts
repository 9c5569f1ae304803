import { once } from 'node:events';
import { watch } from 'node:fs';
import { basename, dirname } from 'node:path';

/**
 * Yields at once, and whenever one of the files may have changed, appeared or gone; their
 * directories must be there. Changes that come while the consumer is busy count as one. Ends when
 * `signal` aborts.
 */
export async function* fileChanges(
  files: readonly string[],
  signal: AbortSignal,
): AsyncGenerator<void, void, undefined> {
  const names = new Set(files.map((file) => basename(file)));
  let changed = Promise.withResolvers<void>();
  const watchers = [...new Set(files.map((file) => dirname(file)))].map((directory) => {
    const watcher = watch(directory, (_, name) => {
      // Some systems do not tell which file it was.
      if (name === null || names.has(name)) changed.resolve();
    });
    // The directory may have gone: the caller's next look shows that.
    watcher.on('error', () => changed.resolve());
    return watcher;
  });
  const aborted = signal.aborted ? undefined : once(signal, 'abort');
  try {
    while (!signal.aborted) {
      // From here on, so that nothing is missed between a look and the wait.
      changed = Promise.withResolvers();
      yield;
      await Promise.race([changed.promise, aborted]);
    }
  } finally {
    for (const watcher of watchers) watcher.close();
  }
}

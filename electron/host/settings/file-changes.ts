import { once } from 'node:events';
import { watch } from 'node:fs';
import { basename, dirname } from 'node:path';
import { lookAtOpenFile } from '../base/look-at-open-file.ts';

/**
 * Yields now, and whenever one of the files may have changed, appeared or disappeared. Their
 * directories must exist. Changes while the consumer is busy are combined. Ends when `signal`
 * aborts. A file that its writer keeps open is `isKeptOpen`: Windows doesn't report its changes.
 */
export async function* fileChanges(
  files: readonly string[],
  signal: AbortSignal,
  {
    isKeptOpen = false,
    platform = process.platform,
  }: { readonly isKeptOpen?: boolean; readonly platform?: NodeJS.Platform } = {},
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
  const stopLooking = isKeptOpen ? lookAtOpenFile(() => changed.resolve(), platform) : undefined;
  const aborted = signal.aborted ? undefined : once(signal, 'abort');
  try {
    while (!signal.aborted) {
      // Start listening now, so that no change before the wait is missed.
      changed = Promise.withResolvers();
      yield;
      await Promise.race([changed.promise, aborted]);
    }
  } finally {
    stopLooking?.();
    for (const watcher of watchers) watcher.close();
  }
}

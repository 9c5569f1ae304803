import type { FSWatcher } from 'chokidar';
import { awaitedElsewhere } from '../../base/awaited-elsewhere.ts';

/** How long no file may change before the changes are handled together: editors save many at once. */
const QUIET_MS = 200;

export interface WatchedPaths extends AsyncDisposable {
  /** Yields the paths that changed, appeared or disappeared, together, until `signal` aborts. */
  batches(signal: AbortSignal): AsyncGenerator<ReadonlySet<string>, void, undefined>;
}

/**
 * Watches paths of the host, which may not exist yet, with all that is below them. Resolves when
 * changes are noticed. `leavesOut` tells which directories aren't looked into. Rejects with the
 * error of the system, such as for too many watched files.
 */
export async function watchPaths(
  paths: readonly string[],
  leavesOut: (directory: string) => boolean,
): Promise<WatchedPaths> {
  // Only this command needs the library.
  const { watch } = await import('chokidar');
  let changed = new Set<string>();
  let quiet = Promise.withResolvers<void>();
  let timer: NodeJS.Timeout | undefined;
  awaitedElsewhere(quiet.promise);
  const watcher: FSWatcher = watch([...paths], {
    ignoreInitial: true,
    ignored: (path, stats) => stats?.isDirectory() === true && leavesOut(path),
  });
  const close = async () => {
    clearTimeout(timer);
    await watcher.close();
  };
  watcher.on('all', (_, path) => {
    changed.add(path);
    clearTimeout(timer);
    timer = setTimeout(() => quiet.resolve(), QUIET_MS);
  });
  try {
    await new Promise<void>((resolve, reject) => {
      watcher.once('ready', resolve);
      watcher.once('error', reject);
    });
  } catch (error) {
    await close();
    throw error;
  }
  watcher.on('error', (error) => quiet.reject(error));
  return {
    batches: async function* (signal) {
      const stopped = Promise.withResolvers<void>();
      const stop = () => stopped.resolve();
      signal.addEventListener('abort', stop);
      try {
        while (!signal.aborted) {
          await Promise.race([quiet.promise, stopped.promise]);
          if (signal.aborted) return;
          const batch = changed;
          changed = new Set();
          quiet = Promise.withResolvers();
          awaitedElsewhere(quiet.promise);
          yield batch;
        }
      } finally {
        signal.removeEventListener('abort', stop);
      }
    },
    [Symbol.asyncDispose]: close,
  };
}

import { parseArgs } from 'node:util';
import { watch } from 'chokidar';

/** `watch --directory D` prints what chokidar reports, until it is ended. */
export async function watchCommand(words: readonly string[]): Promise<boolean> {
  const { values } = parseArgs({ args: [...words], options: { directory: { type: 'string' } } });
  if (values.directory === undefined) throw new Error('watch needs --directory');
  const watcher = watch(values.directory, { ignoreInitial: true });
  watcher.on('ready', () => console.log('ready'));
  watcher.on('all', (event, path) => console.log(`${event}\t${path}`));
  const { promise, reject } = Promise.withResolvers<never>();
  watcher.on('error', reject);
  return promise;
}

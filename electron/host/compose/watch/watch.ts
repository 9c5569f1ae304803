import { reasonOf } from '../../base/errors.ts';
import { selectedServices } from '../file/dependencies.ts';
import { watchPaths } from './changed-paths.ts';
import { handleChanges, type Watching } from './changes.ts';
import { syncInitially } from './initial-sync.ts';
import { watchRules } from './rules.ts';

export interface WatchOptions extends Omit<Watching, 'rules'> {
  /** These services, and those that they depend on; all by default. */
  readonly services: readonly string[];
  /** Takes what the user should know, and what failed. */
  readonly warn: (text: string) => void;
  /** Called once, when changes are noticed. */
  readonly onWatched?: () => void;
}

/**
 * Follows the files that the services' `develop.watch` names, and brings the containers up to date,
 * until `signal` aborts. A change that can't be handled is reported, and the next ones are handled.
 * Rejects with HostError if there is nothing to watch.
 */
export async function watchProject(options: WatchOptions, signal: AbortSignal): Promise<void> {
  const { project, say, warn } = options;
  const services = selectedServices(project.services, options.services, {});
  const rules = await watchRules(project, services, warn);
  const watching: Watching = { ...options, rules };
  const paths = [...new Set(rules.map(({ trigger }) => trigger.path))];
  const isLeftOut = (directory: string) => rules.every((rule) => rule.leavesOut(directory));
  // Begins before the first copies, so that no change is missed.
  await using watched = await watchPaths(paths, (path) => !paths.includes(path) && isLeftOut(path));
  await syncInitially(watching, signal);
  say('Watch enabled');
  options.onWatched?.();
  for await (const batch of watched.batches(signal)) {
    await handleChanges(watching, batch, signal).catch((error) => {
      if (!signal.aborted) warn(`Error handling changed files: ${reasonOf(error)}`);
    });
  }
}

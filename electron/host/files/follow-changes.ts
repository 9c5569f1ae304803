import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { type Changes, watchedSchema } from '../../../guest-agent/contract/changes.ts';
import { guestPaths } from '../../../guest-agent/contract/paths.ts';
import type { FolderProblem } from '../../api/machine.ts';
import { openStreamlocal } from '../bridge/channels.ts';
import type { Bridge } from '../bridge/connection.ts';
import { logError } from '../log.ts';
import { Retries } from '../retries.ts';
import { batchChanges } from './batch-changes.ts';
import type { PlannedShare } from './plan.ts';
import { ShareRoots } from './share-roots.ts';
import { WatchedFolders } from './watched-folders.ts';

const RETRY_TIMES = { firstMs: 500, longestMs: 5_000 };
/** How often folders are looked for that have gone, or are there again. */
const LOOK_MS = 5_000;

/**
 * Tells the guest of changes in what containers have mounted (contract/changes.ts), whenever it can
 * be reached, and `onProblems` of folders that do not work as they should. Resolves after `signal`
 * aborted, once nothing is watched any more.
 */
export async function followChanges(
  bridge: Bridge,
  shares: readonly PlannedShare[],
  onProblems: (problems: FolderProblem[]) => void,
  signal: AbortSignal,
): Promise<void> {
  const roots = await ShareRoots.of(shares);
  const told = tellOfNew(onProblems);
  const retries = new Retries('Telling the guest of changed files', RETRY_TIMES);
  while (!signal.aborted) {
    try {
      if (!bridge.client) await once(bridge.events, 'up', { signal });
      await followOnce(bridge, roots, told, () => retries.succeeded(), signal);
      await retries.pause(signal);
    } catch (error) {
      // The engine restarts, or the connection has gone.
      await retries.failed(error, signal);
    }
  }
}

/** One connection to its end. */
async function followOnce(
  bridge: Bridge,
  roots: ShareRoots,
  onProblems: (problems: FolderProblem[]) => void,
  onWorking: () => void,
  signal: AbortSignal,
): Promise<void> {
  const connection = await openStreamlocal(bridge, guestPaths.hostChanges);
  const lines = createInterface({ input: connection });
  const close = () => lines.close();
  connection.on('error', () => {});
  connection.once('close', close);
  signal.addEventListener('abort', close);
  const send = batchChanges((changes) => {
    connection.write(`${JSON.stringify({ changes } satisfies Changes)}\n`);
  });
  const watched = new WatchedFolders(roots.shares, send);
  let last = Promise.resolve();
  const look = () => {
    const next = async () => {
      await watched.refresh();
      const problems = [...(await roots.problems()), ...watched.problems()];
      if (!signal.aborted) onProblems(problems);
    };
    last = last.then(next).catch((error) => logError('Looking at shared folders', error));
  };
  const looking = setInterval(look, LOOK_MS);
  try {
    for await (const line of lines) {
      watched.want(watchedSchema.parse(JSON.parse(line)).folders);
      look();
      onWorking();
    }
  } finally {
    signal.removeEventListener('abort', close);
    clearInterval(looking);
    await last;
    watched.close();
    connection.destroy();
    // An ssh2 channel tells of its end only once it has been read to the end.
    connection.resume();
  }
}

/** Passes on what is not the same as before, and says it in the log. */
function tellOfNew(onProblems: (problems: FolderProblem[]) => void) {
  let before = '[]';
  return (problems: FolderProblem[]) => {
    const now = JSON.stringify(problems);
    if (now === before) return;
    before = now;
    for (const { path, problem, hint } of problems) console.error(`${path}: ${problem}. ${hint}`);
    onProblems(problems);
  };
}

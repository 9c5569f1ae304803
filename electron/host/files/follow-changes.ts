import { once } from 'node:events';
import { realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Change, type InShare, watchedSchema } from '../../../guest-agent/contract/changes.ts';
import { guestPaths } from '../../../guest-agent/contract/paths.ts';
import { openStreamlocal } from '../bridge/channels.ts';
import type { Bridge } from '../bridge/connection.ts';
import { limitChanges } from './limit-changes.ts';
import type { PlannedShare } from './plan.ts';
import { type TreeWatch, watchTree } from './watch-tree.ts';

const RETRY_MS = 500;

/**
 * Tells the guest of changes in what containers have mounted (contract/changes.ts), whenever it can
 * be reached. Resolves after `signal` aborted, once nothing is watched any more.
 */
export async function followChanges(
  bridge: Bridge,
  shares: readonly PlannedShare[],
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    try {
      if (!bridge.client) await once(bridge.events, 'up', { signal });
      await followOnce(bridge, shares, signal);
    } catch {
      // The engine restarts, or the connection has gone.
    }
    await sleep(RETRY_MS, undefined, { signal }).catch(() => {});
  }
}

/** One connection to its end. */
async function followOnce(
  bridge: Bridge,
  shares: readonly PlannedShare[],
  signal: AbortSignal,
): Promise<void> {
  const connection = await openStreamlocal(bridge, guestPaths.hostChanges);
  const watches = new Map<string, TreeWatch>();
  const lines = createInterface({ input: connection });
  const close = () => lines.close();
  connection.on('error', () => {});
  connection.once('close', close);
  signal.addEventListener('abort', close);
  const send = limitChanges((change) => connection.write(`${JSON.stringify(change)}\n`));
  try {
    for await (const line of lines) {
      const { folders } = watchedSchema.parse(JSON.parse(line));
      await watchOnly(watches, folders, shares, send);
    }
  } finally {
    signal.removeEventListener('abort', close);
    await watchOnly(watches, [], shares, send);
    connection.destroy();
    // An ssh2 channel tells of its end only once it has been read to the end.
    connection.resume();
  }
}

/** Begins and ends watching until just these are watched. */
async function watchOnly(
  watches: Map<string, TreeWatch>,
  folders: readonly InShare[],
  shares: readonly PlannedShare[],
  send: (change: Change) => void,
): Promise<void> {
  const wanted = new Map(folders.map((folder) => [`${folder.tag}/${folder.path}`, folder]));
  for (const [key, watch] of watches) {
    if (wanted.has(key)) continue;
    watch.close();
    watches.delete(key);
  }
  for (const [key, { tag, path }] of wanted) {
    const share = shares.find((each) => each.tag === tag);
    if (!share || watches.has(key)) continue;
    const root = await insideShare(share.path, path);
    if (root === undefined) continue;
    const told = (changed: string, kind: Change['kind']) =>
      send({ tag, path: [path, changed].filter(Boolean).join('/'), kind });
    watches.set(key, watchTree(root, told));
  }
}

/** The guest may name what it likes; what is not in the share, or behind a link, is not looked at. */
async function insideShare(share: string, path: string): Promise<string | undefined> {
  const root = await realpath(share).catch(() => share);
  const asked = join(root, path);
  const found = await realpath(asked).catch(() => undefined);
  return found === asked && (path === '' || asked.startsWith(join(root, '/'))) ? asked : undefined;
}

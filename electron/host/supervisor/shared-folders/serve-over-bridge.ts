import { once } from 'node:events';
import type { Duplex } from 'node:stream';
import { shareSocket } from '../../../../guest-agent/contract/paths.ts';
import { loggerOf } from '../../base/log.ts';
import { Retries } from '../../base/retries.ts';
import type { Bridge } from '../bridge/connection.ts';
import { serveChannel } from '../bridge/serve-channel.ts';
import type { PlannedShare } from './plan.ts';

const log = loggerOf('folders');

const RETRY_TIMES = { firstMs: 500, longestMs: 5_000 };

/**
 * Serves a folder over the SSH connection, again whenever the VM is reachable, until `signal` aborts. `serve`
 * serves one connection to its end.
 */
export async function serveOverBridge(
  folder: PlannedShare,
  bridge: Bridge,
  serve: (channel: Duplex) => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  const retries = new Retries(log, `Serving the folder ${folder.path}`, RETRY_TIMES);
  while (!signal.aborted) {
    try {
      if (!bridge.client) await once(bridge.events, 'up', { signal });
      await serveChannel(bridge, shareSocket(folder.tag), serve, signal);
      retries.succeeded();
      await retries.pause(signal);
    } catch (error) {
      // The engine is restarting, or the connection is down.
      await retries.failed(error, signal);
    }
  }
}

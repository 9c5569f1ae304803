import { once } from 'node:events';
import { realpath } from 'node:fs/promises';
import { shareSocket } from '../../../../../guest-agent/contract/paths.ts';
import { loggerOf } from '../../../base/log.ts';
import { Retries } from '../../../base/retries.ts';
import { openStreamlocal } from '../../bridge/channels.ts';
import type { Bridge } from '../../bridge/connection.ts';
import type { PlannedShare } from '../plan.ts';
import type { Share } from '../share.ts';
import { serveSftp } from './serve.ts';

const log = loggerOf('folders');

const RETRY_TIMES = { firstMs: 500, longestMs: 5_000 };

/**
 * Served over the connection to the guest, where the agent hands a socket's connection to sshfs. When
 * it breaks, so does what containers have mounted, until they are started again.
 */
export function sftpShare(folder: PlannedShare): Share {
  return {
    folder,
    async serve(bridge, signal) {
      const retries = new Retries(log, `Serving the folder ${folder.path}`, RETRY_TIMES);
      while (!signal.aborted) {
        try {
          if (!bridge.client) await once(bridge.events, 'up', { signal });
          await serveOnce(folder, bridge, signal);
          retries.succeeded();
          await retries.pause(signal);
        } catch (error) {
          // The engine restarts, or the connection has gone.
          await retries.failed(error, signal);
        }
      }
    },
  };
}

/** One connection to its end. */
async function serveOnce(folder: PlannedShare, bridge: Bridge, signal: AbortSignal): Promise<void> {
  const channel = await openStreamlocal(bridge, shareSocket(folder.tag));
  const end = () => {
    channel.destroy();
    // An ssh2 channel tells of its end only once it has been read to the end.
    channel.resume();
  };
  signal.addEventListener('abort', end);
  try {
    await serveSftp(channel, { root: await realpath(folder.path), readOnly: folder.readOnly });
  } finally {
    signal.removeEventListener('abort', end);
    end();
  }
}

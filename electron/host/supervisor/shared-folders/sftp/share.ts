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
 * Served over the SSH connection; in the VM, the agent passes a socket's connection to sshfs. When
 * the connection breaks, so do the containers' mounts, until the containers restart.
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
          // The engine is restarting, or the connection is down.
          await retries.failed(error, signal);
        }
      }
    },
  };
}

/** Serves one connection to its end. */
async function serveOnce(folder: PlannedShare, bridge: Bridge, signal: AbortSignal): Promise<void> {
  const channel = await openStreamlocal(bridge, shareSocket(folder.tag));
  const end = () => {
    channel.destroy();
    // An ssh2 channel ends only after it was read to the end.
    channel.resume();
  };
  signal.addEventListener('abort', end);
  try {
    const { readOnly, withheld = [] } = folder;
    await serveSftp(channel, { root: await realpath(folder.path), readOnly, withheld });
  } finally {
    signal.removeEventListener('abort', end);
    end();
  }
}

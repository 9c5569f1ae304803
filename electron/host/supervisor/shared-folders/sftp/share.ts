import { realpath } from 'node:fs/promises';
import type { PlannedShare } from '../plan.ts';
import { serveOverBridge } from '../serve-over-bridge.ts';
import type { Share } from '../share.ts';
import { serveSftp } from './serve.ts';

/**
 * Served over the SSH connection; in the VM, the agent passes a socket's connection to sshfs. When
 * the connection breaks, so do the containers' mounts, until the containers restart.
 */
export function sftpShare(folder: PlannedShare): Share {
  const { path, readOnly, withheld = [] } = folder;
  return {
    folder,
    serve: (bridge, signal) =>
      serveOverBridge(
        folder,
        bridge,
        async (channel) => serveSftp(channel, { root: await realpath(path), readOnly, withheld }),
        signal,
      ),
  };
}

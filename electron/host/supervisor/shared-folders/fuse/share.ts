import type { PlannedShare } from '../plan.ts';
import { serveOverBridge } from '../serve-over-bridge.ts';
import type { Share } from '../share.ts';
import { FolderServer } from './serve.ts';

/**
 * Served over the SSH connection to the guest's FUSE client. When the connection breaks, programs in containers
 * wait for the next one.
 */
export function fuseShare(folder: PlannedShare): Share {
  const { path, readOnly, withheld = [] } = folder;
  return {
    folder,
    async serve(bridge, signal) {
      let server: FolderServer | undefined;
      try {
        await serveOverBridge(
          folder,
          bridge,
          async (channel) => {
            server ??= new FolderServer({ path, readOnly, withheld });
            await server.serve(channel);
          },
          signal,
        );
      } finally {
        server?.close();
      }
    },
  };
}

import type { Duplex } from 'node:stream';
import { openStreamlocal } from './channels.ts';
import type { Bridge } from './connection.ts';

/**
 * Opens a channel to a socket in the VM and passes it to `serve`. The channel ends when `serve` returns, or
 * when `signal` aborts. Rejects if the channel can't be opened, or if `serve` rejects.
 */
export async function serveChannel(
  bridge: Bridge,
  path: string,
  serve: (channel: Duplex) => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  const channel = await openStreamlocal(bridge, path);
  // `serve` notices the end of a broken channel.
  channel.on('error', () => {});
  const end = () => {
    // An ssh2 channel ends only after it was read to the end.
    channel.destroy();
    channel.resume();
  };
  signal.addEventListener('abort', end, { once: true });
  try {
    if (!signal.aborted) await serve(channel);
  } finally {
    signal.removeEventListener('abort', end);
    end();
  }
}

import { once } from 'node:events';
import type { Duplex } from 'node:stream';
import { loggerOf } from '../../base/log.ts';
import { Retries } from '../../base/retries.ts';
import { openStreamlocal } from './channels.ts';
import type { Bridge } from './connection.ts';

const log = loggerOf('bridge');

const times = { firstMs: 200, longestMs: 5_000 };

/**
 * Keeps one channel open to a socket in the guest until `signal` aborts: it is made again when it
 * breaks, or when `serve`, which it is given to, is done. Failures are logged. Never rejects.
 */
export async function keepChannel(
  bridge: Bridge,
  path: string,
  serve: (channel: Duplex) => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  const retries = new Retries(log, `The channel to ${path} in the guest`, times);
  while (!signal.aborted) {
    try {
      if (!bridge.client) await once(bridge.events, 'up', { signal });
      const channel = await openStreamlocal(bridge, path);
      channel.on('error', () => {});
      const opened = performance.now();
      const end = () => {
        // An ssh2 channel tells of its end only once it has been read to the end.
        channel.destroy();
        channel.resume();
      };
      signal.addEventListener('abort', end, { once: true });
      try {
        if (!signal.aborted) await serve(channel);
      } finally {
        signal.removeEventListener('abort', end);
        end();
        if (performance.now() - opened > times.longestMs) retries.succeeded();
      }
      await retries.pause(signal);
    } catch (error) {
      // The agent restarts, or the connection broke: both come back.
      await retries.failed(error, signal);
    }
  }
}

import { once } from 'node:events';
import type { Duplex } from 'node:stream';
import { loggerOf } from '../../base/log.ts';
import { Retries } from '../../base/retries.ts';
import { openStreamlocal } from './channels.ts';
import type { Bridge } from './connection.ts';

const log = loggerOf('bridge');

const times = { firstMs: 200, longestMs: 5_000 };

/**
 * Keeps one channel open to a socket in the VM until `signal` aborts: reopens it when it breaks or
 * when `serve`, which uses it, returns. Logs failures. Never rejects.
 */
export async function keepChannel(
  bridge: Bridge,
  path: string,
  serve: (channel: Duplex) => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  const retries = new Retries(log, `The channel to ${path} in the VM`, times);
  while (!signal.aborted) {
    try {
      if (!bridge.client) await once(bridge.events, 'up', { signal });
      const channel = await openStreamlocal(bridge, path);
      channel.on('error', () => {});
      const opened = performance.now();
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
        if (performance.now() - opened > times.longestMs) retries.succeeded();
      }
      await retries.pause(signal);
    } catch (error) {
      // The agent is restarting, or the connection is down: both recover.
      await retries.failed(error, signal);
    }
  }
}

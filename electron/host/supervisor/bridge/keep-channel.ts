import { once } from 'node:events';
import type { Duplex } from 'node:stream';
import { loggerOf } from '../../base/log.ts';
import { Retries } from '../../base/retries.ts';
import type { Bridge } from './connection.ts';
import { serveChannel } from './serve-channel.ts';

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
      let opened: number | undefined;
      try {
        await serveChannel(
          bridge,
          path,
          (channel) => {
            opened = performance.now();
            return serve(channel);
          },
          signal,
        );
      } finally {
        const isLong = opened !== undefined && performance.now() - opened > times.longestMs;
        if (isLong) retries.succeeded();
      }
      await retries.pause(signal);
    } catch (error) {
      // The agent is restarting, or the connection is down: both recover.
      await retries.failed(error, signal);
    }
  }
}

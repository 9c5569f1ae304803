import { once } from 'node:events';
import type { Duplex } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { openStreamlocal } from './channels.ts';
import type { Bridge } from './connection.ts';

const firstDelayMs = 200;
const longestDelayMs = 5_000;

/**
 * Keeps one channel open to a socket in the guest until `signal` aborts: it is made again when it
 * breaks, or when `serve`, which it is given to, is done. Never rejects.
 */
export async function keepChannel(
  bridge: Bridge,
  path: string,
  serve: (channel: Duplex) => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  let delay = firstDelayMs;
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
        if (performance.now() - opened > longestDelayMs) delay = firstDelayMs;
      }
    } catch {
      // The agent restarts, or the connection broke: both come back.
    }
    await sleep(delay, undefined, { signal }).catch(() => {});
    delay = Math.min(delay * 2, longestDelayMs);
  }
}

import { setTimeout as sleep } from 'node:timers/promises';
import type { WebSocket } from 'ws';

/** Bytes that may wait for a slow client, and how often it is looked at. */
const MAX_WAITING = 1 << 20;
const CHECK_MS = 10;

/** Sends all of a stream on one channel of a WebSocket, as fast as the client reads. */
export async function sendChunks(
  socket: WebSocket,
  channel: number,
  stream: AsyncIterable<Buffer | string>,
): Promise<void> {
  const isOpen = () => socket.readyState === socket.OPEN;
  for await (const chunk of stream) {
    if (!isOpen()) return;
    socket.send(Buffer.concat([Buffer.of(channel), Buffer.from(chunk)]));
    while (socket.bufferedAmount > MAX_WAITING && isOpen()) await sleep(CHECK_MS);
  }
}

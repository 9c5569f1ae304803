import type { Writable } from 'node:stream';
import type { WebSocket } from 'ws';

/** How often a client that must wait is asked for a sign of life. */
const PING_MS = 10_000;

/**
 * Writes what a client has sent, and lets it wait while the other side reads more slowly. A stream
 * that has ended drops it.
 */
export function takeChunk(socket: WebSocket, stream: Writable, chunk: Buffer): void {
  if (!stream.writable || stream.write(chunk) || socket.isPaused) return;
  socket.pause();
  // Nobody reads the socket now. Only a write finds out that the client is gone.
  const timer = setInterval(() => socket.ping(), PING_MS);
  const goOn = () => {
    clearInterval(timer);
    stream.off('drain', goOn).off('close', goOn);
    socket.off('close', goOn);
    socket.resume();
  };
  stream.once('drain', goOn).once('close', goOn);
  socket.once('close', goOn);
}

import type { Readable, Transform, Writable } from 'node:stream';

/** Copies `input` to the socket, with back-pressure. The returned function stops the copy. */
export function passInput(input: Readable, socket: Writable, keys?: Transform): () => void {
  const sink = keys ?? socket;
  if (keys) keys.pipe(socket);
  input.pipe(sink);
  // For the other side, input that can't be read any further has ended.
  const end = () => void sink.end();
  input.on('error', end);
  return () => {
    input.off('error', end);
    input.unpipe();
    // Reading on would keep the process alive.
    input.pause();
  };
}

import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';

/**
 * Joins a host socket (made with `allowHalfOpen`) and an SSH channel until both have ended. Each
 * direction ends by itself: a client that ends its writing still reads the reply, and the other
 * way round. Both directions hold back a sender whose reader is slow. Owns both from here on.
 */
export function splice(socket: Socket, channel: Duplex): void {
  // Gone while the channel was being opened.
  if (socket.destroyed) {
    endChannel(channel);
    return;
  }
  socket.pipe(channel);
  channel.pipe(socket);
  socket.once('close', () => endChannel(channel));
  // Followed by `close`.
  socket.on('error', () => {});
  channel.on('error', () => socket.destroy());
  // Closed both ways: what has been read is still delivered.
  channel.once('close', () => socket.destroySoon());
}

/**
 * The client is gone: whatever the guest still sends is for nobody. An ssh2 channel tells of its
 * end only once it has been read to the end, hence `resume`.
 */
function endChannel(channel: Duplex): void {
  channel.destroy();
  channel.resume();
}

import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { endGently, separateHalves } from '../../../guest-agent/contract/connection-halves.ts';

/** How long the guest may take to accept the last bytes of a client that is gone. */
const DELIVERY_MS = 30_000;

/**
 * Joins a host socket (made with `allowHalfOpen`) and an SSH channel until both have ended. Each
 * direction ends by itself: a client that ends its writing still reads the reply, and the other
 * way round. What either side sent before it went is delivered. Both directions hold back a sender
 * whose reader is slow. Owns both from here on.
 */
export function splice(socket: Socket, channel: Duplex): void {
  // Gone while the channel was being opened.
  if (socket.destroyed) {
    endChannel(channel);
    return;
  }
  separateHalves(socket);
  socket.pipe(channel);
  channel.pipe(socket);
  socket.once('close', () => {
    if (socket.readableEnded) endDelivered(channel);
    else endChannel(channel);
  });
  // Followed by `close`.
  socket.on('error', () => {});
  channel.on('error', () => socket.destroy());
  channel.once('close', () => {
    // Closed both ways: what the guest sent is still delivered, what the client sends is dropped.
    // ssh2 never calls back for what is written to a closed channel, so the pipe would stand still.
    socket.unpipe(channel);
    endGently(socket);
  });
}

/** The client is gone, and all of its bytes have been read: the guest gets them first. */
function endDelivered(channel: Duplex): void {
  if (channel.writableFinished) {
    endChannel(channel);
    return;
  }
  const end = () => {
    clearTimeout(timer);
    endChannel(channel);
  };
  const timer = setTimeout(end, DELIVERY_MS);
  timer.unref();
  channel.once('finish', end);
  channel.once('close', () => clearTimeout(timer));
  channel.resume();
}

/**
 * The client is gone: whatever the guest still sends is for nobody. An ssh2 channel tells of its
 * end only once it has been read to the end, hence `resume`.
 */
function endChannel(channel: Duplex): void {
  channel.destroy();
  channel.resume();
}

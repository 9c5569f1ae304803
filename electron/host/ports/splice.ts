import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { endGently, separateHalves } from '../../../guest-agent/contract/connection-halves.ts';

/** How long the VM may take to accept the last bytes of a client that has disconnected. */
const DELIVERY_MS = 30_000;

/**
 * Connects a host socket (created with `allowHalfOpen`) and an SSH channel until both have ended.
 * Each direction ends independently: a client that finishes writing can still read the reply, and
 * vice versa. Data sent before a side closed is delivered, and slow readers hold back senders. Owns
 * both from here on.
 *
 * A named pipe of Windows can't be half-closed: its peer would notice the end only when it stops
 * sending. So such a socket (`halfCloses` is false) closes once its peer has read everything.
 */
export function splice(
  socket: Socket,
  channel: Duplex,
  halfCloses: boolean = process.platform !== 'win32' || socket.remoteAddress !== undefined,
): void {
  // The client disconnected while the channel was being opened.
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
  if (!halfCloses) socket.once('finish', () => socket.destroy());
  // Followed by `close`.
  socket.on('error', () => {});
  channel.on('error', () => socket.destroy());
  channel.once('close', () => {
    // The channel closed in both directions: deliver what the VM sent, drop what the client sends.
    socket.unpipe(channel);
    endGently(socket);
  });
}

/** The client has disconnected, and all of its bytes were read. Deliver them to the VM first. */
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
 * The client has disconnected, so data from the VM is discarded. An ssh2 channel ends only after it
 * was read to the end, hence `resume`.
 */
function endChannel(channel: Duplex): void {
  channel.destroy();
  channel.resume();
}

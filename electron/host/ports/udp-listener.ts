import { createSocket, type RemoteInfo } from 'node:dgram';
import { once } from 'node:events';
import { isIPv6 } from 'node:net';
import type { Duplex } from 'node:stream';
import { DatagramReader, frameDatagram } from '../../../guest-agent/contract/datagrams.ts';
import type { PortListener } from './tcp-listener.ts';

/** A client of a UDP port, with its own channel while it is active. */
interface Peer {
  send(datagram: Buffer): void;
  close(): void;
}

/** After this much silence in both directions, a client is forgotten. */
const idleMs = 90_000;
const maximumPeers = 1024;
/**
 * The number of bytes that may wait for the VM. Further datagrams are dropped, as on any network.
 */
const maximumWaiting = 1024 * 1024;
/** The number of datagrams that may wait for a channel. */
const maximumEarly = 64;

/**
 * Opens a UDP port on one host address, or on all, and forwards each client's datagrams through its
 * own channel from `connect` (contract/datagrams.ts). Rejects with the system's error.
 */
export async function listenUdp(
  { address, port }: { readonly address: string; readonly port: number },
  connect: () => Promise<Duplex>,
): Promise<PortListener> {
  const peers = new Map<string, Peer>();
  const socket = createSocket(
    isIPv6(address) ? { type: 'udp6', ipv6Only: true } : { type: 'udp4' },
  );
  socket.on('message', (datagram, from) => {
    const name = `${from.address} ${from.port}`;
    const known = peers.get(name);
    if (!known && peers.size >= maximumPeers) peers.values().next().value?.close();
    const peer = known ?? openPeer(connect, reply(from), () => peers.delete(name));
    // Keeps the longest-silent client first.
    peers.delete(name);
    peers.set(name, peer);
    peer.send(datagram);
  });
  const reply = (to: RemoteInfo) => (datagram: Buffer) =>
    socket.send(datagram, to.port, to.address, () => {});
  try {
    socket.bind({ address, port, exclusive: true });
    await once(socket, 'listening');
  } catch (error) {
    socket.close();
    throw error;
  }
  socket.on('error', () => {});

  return {
    async close() {
      const closed = once(socket, 'close');
      socket.close();
      for (const peer of peers.values()) peer.close();
      await closed;
    },
  };
}

function openPeer(
  connect: () => Promise<Duplex>,
  onDatagram: (datagram: Buffer) => void,
  onClose: () => void,
): Peer {
  const reader = new DatagramReader();
  let early: Buffer[] = [];
  let channel: Duplex | undefined;
  let closed = false;
  const close = () => {
    if (closed) return;
    closed = true;
    clearTimeout(idle);
    // An ssh2 channel ends only after it was read to the end.
    channel?.destroy();
    channel?.resume();
    onClose();
  };
  const idle = setTimeout(close, idleMs).unref();
  const send = (datagram: Buffer) => {
    idle.refresh();
    if (!channel) {
      if (early.length < maximumEarly) early.push(datagram);
    } else if (channel.writableLength < maximumWaiting) channel.write(frameDatagram(datagram));
  };
  connect().then((opened) => {
    channel = opened;
    opened.on('error', () => {});
    if (closed) {
      opened.destroy();
      opened.resume();
      return;
    }
    opened.once('close', close);
    opened.on('data', (chunk: Buffer) => {
      idle.refresh();
      for (const datagram of reader.add(chunk)) if (!closed) onDatagram(datagram);
    });
    for (const datagram of early) send(datagram);
    early = [];
  }, close);
  return { send, close };
}

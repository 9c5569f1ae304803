import { createSocket, type Socket as DatagramSocket } from 'node:dgram';
import { once } from 'node:events';
import { isIPv6, type Server, type Socket } from 'node:net';
import { DatagramReader, datagramTargetSchema, frameDatagram } from '../contract/datagrams.ts';
import { serveHost } from './host-socket.ts';

/**
 * The number of bytes that can wait for a slow reader. Later datagrams are lost, as on any network.
 */
const maximumWaiting = 1024 * 1024;

/** Serves the relay's socket (contract/datagrams.ts), which only root can open. */
export function serveUdpRelay(path: string): Promise<Server> {
  return serveHost(path, relay);
}

/** Relays one connection until it ends. */
async function relay(connection: Socket): Promise<void> {
  const reader = new DatagramReader();
  let port: DatagramSocket | undefined;
  try {
    for await (const chunk of connection) {
      for (const datagram of reader.add(chunk)) {
        if (port) port.send(datagram);
        else port = await open(datagram, connection);
      }
    }
  } finally {
    port?.close();
  }
}

async function open(target: Buffer, connection: Socket): Promise<DatagramSocket> {
  const { host, port } = datagramTargetSchema.parse(JSON.parse(target.toString('utf8')));
  const socket = createSocket(isIPv6(host) ? 'udp6' : 'udp4');
  socket.connect(port, host);
  await once(socket, 'connect');
  // Nothing listens there now, so the datagram is lost.
  socket.on('error', () => {});
  socket.on('message', (datagram) => {
    if (connection.writableLength < maximumWaiting) connection.write(frameDatagram(datagram));
  });
  return socket;
}

import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import { KubeError } from '../../kube-error.ts';
import type { ObjectKey } from '../../objects/kube-object.ts';
import type { PodStreams } from '../../pods/pod-streams.ts';
import { sendChunks } from './send-chunks.ts';
import { takeChunk } from './take-chunk.ts';

export const FORWARD_PROTOCOLS = ['v4.channel.k8s.io'];

/** Throws KubeError 'BadRequest' for a number that isn't a port. */
export function forwardedPorts(query: URLSearchParams): number[] {
  const ports = query.getAll('ports').flatMap((text) => text.split(','));
  return ports.map((text) => {
    const port = Number(text);
    if (Number.isInteger(port) && port > 0 && port < 65_536) return port;
    throw new KubeError('BadRequest', `${JSON.stringify(text)} is not a valid port`);
  });
}

/**
 * Forwards one connection to each port of a pod. Each port has a channel for data and one for its
 * error, which both begin with the number of the port.
 */
export async function serveForward(
  socket: WebSocket,
  streams: PodStreams,
  pod: ObjectKey,
  ports: readonly number[],
  log: (message: string, cause?: unknown) => void,
): Promise<void> {
  const connections = new Map<number, Promise<Duplex>>();
  socket.on('error', () => socket.terminate());
  socket.on('message', (data: Buffer) => {
    connections
      .get(data[0] ?? 1)
      ?.then((connection) => takeChunk(socket, connection, data.subarray(1)))
      .catch((error) => {
        log(`forwarding to pod ${pod.name}`, error);
        socket.terminate();
      });
  });
  const forwards = ports.map(async (port, index) => {
    const [dataChannel, errorChannel] = [2 * index, 2 * index + 1];
    const number = Buffer.alloc(2);
    number.writeUInt16LE(port);
    for (const channel of [dataChannel, errorChannel]) {
      socket.send(Buffer.concat([Buffer.of(channel), number]));
    }
    const opening = streams.connect(pod, port);
    connections.set(dataChannel, opening);
    try {
      const connection = await opening;
      socket.once('close', () => connection.destroy());
      connection.on('error', () => connection.destroy());
      await sendChunks(socket, dataChannel, connection);
    } catch (error) {
      const text = error instanceof Error ? error.message : String(error);
      const message = `error forwarding port ${port} to pod ${pod.name}: ${text}`;
      socket.send(Buffer.concat([Buffer.of(errorChannel), Buffer.from(message)]));
    }
  });
  await Promise.all(forwards);
  socket.close(1000);
}

import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { once } from 'node:events';
import type { Backend } from '../endpoints/service-endpoints.ts';
import type { Balancer } from './balancer.ts';
import type { ListenAddress, PortListener } from './listen-tcp.ts';

/** After this much silence in both directions, a client gets the next backend. */
const IDLE_MS = 60_000;
const MAXIMUM_FLOWS = 4_096;

interface UdpForwarding {
  readonly balancer: Pick<Balancer, 'order' | 'accepted' | 'failed' | 'has'>;
}

/** The datagrams between one client and its backend. */
interface Flow {
  readonly backend: Backend;
  send(datagram: Buffer): void;
  close(): void;
}

/**
 * Opens a UDP port and forwards the datagrams of each client to one backend, and the answers back.
 * A client whose backend is gone gets another one. Rejects with the system's error.
 */
export async function listenUdp(
  { address, port }: ListenAddress,
  { balancer }: UdpForwarding,
): Promise<PortListener> {
  const flows = new Map<string, Flow>();
  const socket = createSocket('udp4');
  const flowOf = (from: RemoteInfo): Flow | undefined => {
    const client = `${from.address}:${from.port}`;
    const known = flows.get(client);
    if (known && balancer.has(known.backend)) return known;
    known?.close();
    const [backend] = balancer.order(from.address);
    if (backend === undefined) return undefined;
    balancer.accepted(from.address, backend);
    const flow = openFlow(backend, {
      onAnswer: (answer) => socket.send(answer, from.port, from.address, () => {}),
      onFailure: (unanswered) => {
        balancer.failed(backend);
        if (flows.get(client) === flow) flows.delete(client);
        // One other backend: a client of a service that is down repeats its question itself.
        const others = balancer.order(from.address).filter((other) => other !== backend);
        if (unanswered && others.length > 0) flowOf(from)?.send(unanswered);
      },
      onIdle: () => {
        if (flows.get(client) === flow) flows.delete(client);
      },
    });
    if (flows.size >= MAXIMUM_FLOWS) flows.values().next().value?.close();
    flows.set(client, flow);
    return flow;
  };
  socket.on('message', (datagram, from) => flowOf(from)?.send(datagram));
  try {
    await once(socket.bind({ address, port, exclusive: true }), 'listening');
  } catch (error) {
    socket.close();
    throw error;
  }
  socket.on('error', () => {});
  return {
    close: () => {
      socket.close();
      for (const flow of [...flows.values()]) flow.close();
    },
  };
}

interface FlowEvents {
  onAnswer(answer: Buffer): void;
  /** The backend's system says that nobody listens. `unanswered` is the last datagram. */
  onFailure(unanswered: Buffer | undefined): void;
  onIdle(): void;
}

function openFlow(backend: Backend, { onAnswer, onFailure, onIdle }: FlowEvents): Flow {
  const socket: Socket = createSocket('udp4');
  let isConnected = false;
  let isClosed = false;
  let waiting: Buffer[] = [];
  let unanswered: Buffer | undefined;
  const close = () => {
    if (isClosed) return;
    isClosed = true;
    clearTimeout(idle);
    socket.close();
    onIdle();
  };
  const idle = setTimeout(close, IDLE_MS).unref();
  const send = (datagram: Buffer) => {
    if (isClosed) return;
    idle.refresh();
    unanswered = datagram;
    if (isConnected) socket.send(datagram, () => {});
    else waiting.push(datagram);
  };
  socket.on('message', (answer) => {
    unanswered = undefined;
    idle.refresh();
    onAnswer(answer);
  });
  socket.on('error', () => {
    if (isClosed) return;
    close();
    onFailure(unanswered);
  });
  socket.connect(backend.port, backend.address, () => {
    isConnected = true;
    for (const datagram of waiting) socket.send(datagram, () => {});
    waiting = [];
  });
  return { backend, send, close };
}

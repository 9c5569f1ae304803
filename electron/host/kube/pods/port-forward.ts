import { createServer, type Server, type Socket } from 'node:net';
import { HostError, reasonOf } from '../../base/errors.ts';
import { loggerOf } from '../../base/log.ts';
import { codeOf } from '../../base/system-error.ts';
import { openChannels } from '../client/channels.ts';
import type { KubeClient } from '../client/kube-client.ts';
import { builtInResource, objectPath } from '../client/resources.ts';
import type { Pod } from '../objects/pod.ts';
import { type PodTarget, readyPod } from './pod-target.ts';

const log = loggerOf('kube');

export interface ForwardedPort {
  readonly address: string;
  /** On this host; 0 for any free port. */
  readonly local: number;
  /** The port of a pod, which may have a name. */
  readonly remote: (pod: Pod) => number;
}

export interface PortForward {
  /** The port on this host. */
  readonly port: number;
  close(): void;
}

/**
 * Listens on a port of this host and connects each client to a ready pod of the target. The pod is
 * chosen for each connection, so clients don't notice a replaced pod. Rejects with HostError 'invalid' if
 * the port is in use.
 */
export async function forwardPort(
  client: KubeClient,
  target: PodTarget,
  { address, local, remote }: ForwardedPort,
  onProblem: (problem: string) => void,
  signal: AbortSignal,
): Promise<PortForward> {
  const server = createServer((socket) => {
    socket.on('error', (error) => log.debug('A client of a forwarded port', error));
    const connecting = connectToPod(client, target, remote, socket, signal);
    connecting.catch((error: unknown) => {
      socket.destroy();
      if (!signal.aborted) onProblem(reasonOf(error));
    });
  });
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  const port = await listen(server, address, local);
  const close = () => {
    server.close();
    for (const socket of sockets) socket.destroy();
  };
  signal.addEventListener('abort', close, { once: true });
  return { port, close };
}

function listen(server: Server, address: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause) => {
      const reason = codeOf(cause) === 'EADDRINUSE' ? 'another program uses it' : reasonOf(cause);
      const message = `can't listen on port ${port} of ${address}: ${reason}`;
      const hint = `Choose another port, such as ${port + 1}:${port}, or :${port} for any free port.`;
      const appHint = 'Choose another port, or leave the field empty for any free port.';
      reject(new HostError('invalid', message, { hint, appHint, cause }));
    });
    server.listen(port, address, () => {
      const bound = server.address();
      resolve(typeof bound === 'object' && bound !== null ? bound.port : port);
    });
  });
}

const [DATA, ERROR] = [0, 1];
/** Each channel begins with the number of the port, in two bytes. */
const PORT_BYTES = 2;

async function connectToPod(
  client: KubeClient,
  target: PodTarget,
  remote: (pod: Pod) => number,
  socket: Socket,
  signal: AbortSignal,
): Promise<void> {
  const pod = await readyPod(client, target, signal);
  const path = `${objectPath(builtInResource('Pod'), pod.metadata.name, target.namespace)}/portforward`;
  const query = new URLSearchParams({ ports: String(remote(pod)) });
  const channels = await openChannels(client, path, query, signal);
  const skipped = [0, 0];
  let problem = '';
  channels.onData((channel, data) => {
    const skip = Math.min(PORT_BYTES - (skipped[channel] ?? PORT_BYTES), data.length);
    skipped[channel] = (skipped[channel] ?? PORT_BYTES) + skip;
    const rest = data.subarray(skip);
    if (rest.length === 0) return true;
    if (channel === ERROR) problem += rest.toString();
    if (channel !== DATA || socket.destroyed || socket.write(rest)) return true;
    socket.once('drain', () => channels.resume());
    return false;
  });
  socket.pipe(channels.writer(DATA));
  socket.once('close', () => channels.close());
  await channels.closed;
  socket.end();
  if (problem !== '') throw new HostError('engine', problem.trim());
}

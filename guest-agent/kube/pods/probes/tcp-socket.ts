import { once } from 'node:events';
import { connect } from 'node:net';
import type { Container, TCPSocketAction } from 'kubernetes-types/core/v1.js';
import { connectError } from './http-get.ts';
import { portNumber } from './port-number.ts';
import type { ProbeResult } from './watch-probe.ts';

/** Opens a connection to a container. Never rejects, except with the signal's reason. */
export async function tcpSocket(
  { port: asked, host: askedHost }: TCPSocketAction,
  container: Container,
  podIp: string,
  timeout: number,
  signal: AbortSignal,
): Promise<ProbeResult> {
  const port = portNumber(asked, container);
  if (port === undefined) return { isGood: false, output: `couldn't find port: ${asked}` };
  const host = askedHost || podIp;
  const deadline = AbortSignal.timeout(timeout);
  const socket = connect({ host, port });
  try {
    await once(socket, 'connect', { signal: AbortSignal.any([signal, deadline]) });
    return { isGood: true, output: '' };
  } catch (error) {
    signal.throwIfAborted();
    const address = host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
    const output = deadline.aborted
      ? `dial tcp ${address}: i/o timeout`
      : connectError(error, address);
    return { isGood: false, output };
  } finally {
    socket.on('error', () => {});
    socket.destroy();
  }
}

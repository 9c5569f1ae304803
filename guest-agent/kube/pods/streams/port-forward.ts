import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { connectInNamespace } from '../../../runtime/network-namespace.ts';
import { KubeError } from '../../kube-error.ts';

/**
 * A connection to a port on the loopback interface of a process's network, from where a pod's
 * programs that listen on all addresses are reached too. Rejects with KubeError.
 */
export async function connectInside(pid: number, port: number): Promise<Duplex> {
  try {
    const fd = await connectInNamespace(`/proc/${pid}/ns/net`, port);
    return new Socket({ fd, readable: true, writable: true, allowHalfOpen: true });
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new KubeError(
      'InternalError',
      `error forwarding port ${port} to pod: failed to connect to localhost:${port} inside namespace: ${reason}`,
      { cause },
    );
  }
}

import type { Duplex } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ObjectKey } from '../../../objects/kube-object.ts';
import type { PodStreams } from '../../../pods/pod-streams.ts';
import { serveSpdy } from './spdy-connection.ts';
import type { SpdyStream } from './spdy-stream.ts';

type Log = (message: string, cause?: unknown) => void;

export const FORWARD_SPDY_PROTOCOL = 'portforward.k8s.io';

/**
 * Forwards connections to ports of a pod. For each, the client opens a stream for its error and one
 * for its data, with the same `requestid`.
 */
export async function serveForwardSpdy(
  connection: Duplex,
  streams: PodStreams,
  pod: ObjectKey,
  log: Log,
): Promise<void> {
  const errors = new Map<string, SpdyStream>();
  await serveSpdy(connection, (stream) => {
    const id = stream.headers.get('requestid') ?? stream.headers.get('port') ?? '';
    if (stream.headers.get('streamtype') === 'error') {
      errors.set(id, stream);
      return;
    }
    const error = errors.get(id);
    errors.delete(id);
    forward(stream, error, streams, pod).catch((cause) => {
      if (!connection.destroyed) log(`forwarding to pod ${pod.name}`, cause);
      stream.destroy();
    });
  });
}

async function forward(
  stream: SpdyStream,
  error: SpdyStream | undefined,
  streams: PodStreams,
  pod: ObjectKey,
): Promise<void> {
  const port = Number(stream.headers.get('port'));
  try {
    const connection = await streams.connect(pod, port);
    await Promise.all([pipeline(stream, connection), pipeline(connection, stream)]);
    error?.end();
  } catch (cause) {
    const text = cause instanceof Error ? cause.message : String(cause);
    error?.end(`error forwarding port ${port} to pod ${pod.name}: ${text}`);
    stream.destroy();
  }
}

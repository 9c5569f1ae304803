import { once } from 'node:events';
import { connect, constants } from 'node:http2';
import type { GRPCAction } from 'kubernetes-types/core/v1.js';
import type { ProbeResult } from './watch-probe.ts';

const STATUSES = ['UNKNOWN', 'SERVING', 'NOT_SERVING', 'SERVICE_UNKNOWN'];
const SERVING = 1;
const MAX_ANSWER = 16 * 1024;

/**
 * Asks a container's health service (the gRPC Health Checking Protocol). Never rejects, except with
 * the signal's reason.
 */
export async function grpcHealth(
  { port, service = '' }: GRPCAction,
  podIp: string,
  timeout: number,
  signal: AbortSignal,
): Promise<ProbeResult> {
  const host = podIp.includes(':') ? `[${podIp}]` : podIp;
  const deadline = AbortSignal.timeout(timeout);
  const session = connect(`http://${host}:${port}`);
  session.on('error', () => {});
  try {
    const either = AbortSignal.any([signal, deadline]);
    await once(session, 'connect', { signal: either });
    const stream = session.request(
      {
        [constants.HTTP2_HEADER_METHOD]: 'POST',
        [constants.HTTP2_HEADER_PATH]: '/grpc.health.v1.Health/Check',
        [constants.HTTP2_HEADER_CONTENT_TYPE]: 'application/grpc',
        [constants.HTTP2_HEADER_TE]: 'trailers',
        'user-agent': 'kube-probe/1.30',
      },
      { signal: either },
    );
    let grpcStatus = '';
    const note = (headers: Readonly<Record<string, unknown>>) => {
      const status = headers['grpc-status'];
      if (typeof status === 'string') grpcStatus = status;
    };
    stream.on('response', note).on('trailers', note);
    stream.end(checkRequest(service));
    const chunks: Buffer[] = [];
    let length = 0;
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      length += chunk.length;
      if (length > MAX_ANSWER) break;
      chunks.push(chunk);
    }
    if (grpcStatus !== '' && grpcStatus !== '0') {
      return failed(`error: health rpc probe failed: rpc error: code = ${grpcStatus}`);
    }
    const status = servingStatus(Buffer.concat(chunks));
    if (status === SERVING) return { isGood: true, output: '' };
    return failed(`service unhealthy (responded with "${STATUSES[status] ?? status}")`);
  } catch (error) {
    signal.throwIfAborted();
    const where = `service "${host}:${port}" within ${timeout / 1000}s`;
    if (deadline.aborted) return failed(`timeout: failed to connect ${where}`);
    const reason = error instanceof Error ? error.message : String(error);
    return failed(`error: failed to connect ${where}: ${reason}`);
  } finally {
    session.destroy();
  }
}

/** `HealthCheckRequest` with the field `service`, in a gRPC frame. */
function checkRequest(service: string): Buffer {
  const name = Buffer.from(service);
  const message =
    name.length === 0 ? Buffer.alloc(0) : Buffer.concat([Buffer.from([0x0a, name.length]), name]);
  const frame = Buffer.alloc(5);
  frame.writeUInt32BE(message.length, 1);
  return Buffer.concat([frame, message]);
}

/** The field `status` of a `HealthCheckResponse` in a gRPC frame. */
function servingStatus(frame: Buffer): number {
  return frame.length >= 7 && frame[5] === 0x08 ? (frame[6] ?? 0) : 0;
}

const failed = (output: string): ProbeResult => ({ isGood: false, output });

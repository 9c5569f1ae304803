import type { IncomingMessage } from 'node:http';
import type { EngineClient } from './connection/client.ts';

export interface LogOptions {
  readonly follow?: boolean;
  readonly timestamps?: boolean;
  /** Number of lines from the end, or `all`. */
  readonly tail?: string;
  /** Seconds since the epoch, with a fraction. */
  readonly since?: string;
  readonly until?: string;
  readonly signal?: AbortSignal;
}

/** Both streams of a container's log. */
export interface LogStream {
  readonly body: IncomingMessage;
  /** True: raw bytes of a terminal. False: 8-byte framed stdout and stderr. */
  readonly raw: boolean;
}

/** GET /containers/{id}/logs. With `follow`, ends when the container exits. */
export async function containerLogs(
  client: EngineClient,
  id: string,
  { signal, ...query }: LogOptions = {},
): Promise<LogStream> {
  const body = await client.stream('GET', `/containers/${encodeURIComponent(id)}/logs`, {
    query: { stdout: true, stderr: true, ...query },
    ...(signal ? { signal } : {}),
  });
  return { body, raw: body.headers['content-type'] === 'application/vnd.docker.raw-stream' };
}

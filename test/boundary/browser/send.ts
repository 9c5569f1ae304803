import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

/** The first part of a server's answer. */
export interface RawAnswer {
  /** Undefined if the server closed the connection without an answer. */
  readonly status: number | undefined;
  readonly text: string;
}

/** A server that says nothing in this time waits for more. */
const PATIENCE_MS = 1500;

/** Sends these bytes and reads what comes, until the server closes the connection or is silent. */
export async function sendRaw(port: number, bytes: string | Buffer): Promise<RawAnswer> {
  const socket = connect({ host: '127.0.0.1', port, allowHalfOpen: true });
  const { promise, resolve } = Promise.withResolvers<void>();
  const chunks: Buffer[] = [];
  // A server may refuse the request before it is sent to the end.
  socket.on('error', () => resolve());
  socket.on('data', (chunk) => chunks.push(chunk));
  socket.on('end', () => resolve());
  socket.write(bytes);
  const silence = new AbortController();
  await Promise.race([promise, delay(PATIENCE_MS, undefined, { signal: silence.signal })]);
  silence.abort();
  socket.destroy();
  const text = Buffer.concat(chunks).toString();
  const status = /^HTTP\/1\.1 (\d{3})/.exec(text)?.[1];
  return { status: status === undefined ? undefined : Number(status), text };
}

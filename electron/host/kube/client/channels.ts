import { connect } from 'node:net';
import { Writable } from 'node:stream';
import { text as readText } from 'node:stream/consumers';
import { WebSocket } from 'ws';
import { HostError } from '../../base/errors.ts';
import { parseJson } from '../../base/parse-json.ts';
import { readStatus } from './api-error.ts';
import { notReached, refusal } from './explain.ts';
import type { KubeClient } from './kube-client.ts';

/** Newest first. Version 5 can close one direction of a channel. */
const PROTOCOLS = ['v5.channel.k8s.io', 'v4.channel.k8s.io'];
const CLOSE = 255;
const OPENING_MS = 60_000;
const ALIVE_MS = 30_000;

/** The streams of exec, attach and port forwarding, in one WebSocket. */
export interface Channels {
  /** Begins to read. Called for each piece of data; returns false to wait until `resume`. */
  onData(take: (channel: number, data: Buffer) => boolean): void;
  resume(): void;
  /** Writes to a channel, with back-pressure. Its end closes the channel if the server can. */
  writer(channel: number): Writable;
  /** Resolves when the server has closed the connection, and rejects if the connection was lost. */
  readonly closed: Promise<void>;
  close(): void;
}

/** Opens the streams at a path. Rejects like `KubeClient.json`. */
export async function openChannels(
  client: KubeClient,
  path: string,
  query: URLSearchParams,
  signal?: AbortSignal,
): Promise<Channels> {
  const { context, endpoint } = client;
  const { agent, socketPath, headers, tls } = await endpoint.access();
  const url = `${endpoint.server.replace(/^http/, 'ws')}${path}?${query}`;
  const socket = new WebSocket(url, PROTOCOLS, {
    headers,
    ...tls,
    ...(agent && { agent }),
    ...(socketPath !== undefined && { createConnection: () => connect(socketPath) }),
    handshakeTimeout: OPENING_MS,
    perMessageDeflate: false,
  });
  const abort = () => socket.terminate();
  signal?.addEventListener('abort', abort);
  await new Promise<void>((resolve, reject) => {
    socket.once('open', () => {
      // Nobody listens yet, and the first messages may be here already.
      socket.pause();
      resolve();
    });
    socket.once('error', (cause) =>
      reject(
        signal?.aborted ? new HostError('cancelled', 'cancelled') : notReached(context, cause),
      ),
    );
    socket.once('unexpected-response', (request, response) => {
      readText(response)
        .then((text) => {
          const status = readStatus(parseJson(text));
          throw refusal(context, response.statusCode ?? 0, text, status, tls.cert);
        })
        .catch(reject)
        .finally(() => request.destroy());
    });
  });
  return channelsOf(socket, client, () => signal?.removeEventListener('abort', abort));
}

function channelsOf(socket: WebSocket, { context }: KubeClient, release: () => void): Channels {
  const { promise: closed, resolve, reject } = Promise.withResolvers<void>();
  let isAlive = true;
  // Otherwise, a lost network would look like a silent program.
  const pings = setInterval(() => {
    // While nobody takes data, no answer can be read.
    if (socket.isPaused) return;
    if (!isAlive) return socket.terminate();
    isAlive = false;
    socket.ping();
  }, ALIVE_MS).unref();
  socket.on('pong', () => {
    isAlive = true;
  });
  let failure: Error | undefined;
  socket.on('error', (error) => {
    failure = error;
  });
  socket.once('close', (code) => {
    clearInterval(pings);
    release();
    if (code === NO_CLOSE_FRAME || failure) {
      const message = `the connection to ${context.server} was lost`;
      reject(new HostError('connection', message, { cause: failure }));
    } else resolve();
  });
  return {
    closed,
    onData(take) {
      socket.on('message', (message) => {
        const data = asBuffer(message);
        isAlive = true;
        const [channel] = data;
        if (channel === undefined) return;
        if (!take(channel, data.subarray(1))) socket.pause();
      });
      socket.resume();
    },
    resume: () => socket.resume(),
    writer: (channel) =>
      new Writable({
        write(chunk: Buffer, _encoding, done) {
          if (socket.readyState !== WebSocket.OPEN) return done();
          socket.send(Buffer.concat([Buffer.of(channel), chunk]), (error) => done(error));
        },
        final(done) {
          const canClose = socket.protocol === PROTOCOLS[0];
          if (!canClose || socket.readyState !== WebSocket.OPEN) return done();
          socket.send(Buffer.of(CLOSE, channel), (error) => done(error));
        },
      }),
    close: () => socket.close(),
  };
}

/** The code of a connection that ended without the closing handshake. */
const NO_CLOSE_FRAME = 1006;

function asBuffer(message: Buffer | ArrayBuffer | Buffer[]): Buffer {
  if (Array.isArray(message)) return Buffer.concat(message);
  return Buffer.isBuffer(message) ? message : Buffer.from(message);
}

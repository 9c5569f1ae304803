import { randomBytes } from 'node:crypto';
import { chmod, chown, mkdir, rm } from 'node:fs/promises';
import { createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import type { SocketAccess } from '../../build/session.ts';
import { SSH } from '../generated/github.com/moby/buildkit/session/sshforward/ssh_pb.js';
import { callStreaming, callUnary } from '../grpc/client.ts';
import { methodPath } from '../grpc/method.ts';
import { GrpcError, grpcCode } from '../grpc/status.ts';
import type { ClientSession } from './client-session.ts';

/** A unix socket that leads to the client's SSH agent, until disposed of. */
export interface AgentSocket extends AsyncDisposable {
  readonly path: string;
}

/** Undefined if the client forwards no agent with this name. The socket is in `directory`. */
export async function forwardAgent(
  session: ClientSession,
  id: string,
  directory: string,
  { uid, gid, mode }: SocketAccess,
  signal: AbortSignal,
): Promise<AgentSocket | undefined> {
  if (!session.has(methodPath(SSH.method.forwardAgent))) return undefined;
  try {
    await callUnary(session.http2, SSH.method.checkAgent, { ID: id }, signal);
  } catch (error) {
    // Clients answer with this code for an agent that they don't forward.
    if (error instanceof GrpcError && error.code === grpcCode.unknown) return undefined;
    throw error;
  }
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const path = join(directory, randomBytes(8).toString('hex'));
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    // The agent of the client ended the connection, or the program did.
    passOn(session, id, socket, signal).then(
      () => socket.end(),
      (error: Error) => socket.destroy(error),
    );
  });
  await new Promise<void>((resolve, reject) => {
    // A connection that the system refuses later concerns that connection alone.
    server.on('error', reject);
    server.listen(path, resolve);
  });
  const end = async () => {
    server.close();
    for (const socket of sockets) socket.destroy();
    await rm(path, { force: true });
  };
  try {
    await chmod(path, mode);
    await chown(path, uid, gid);
  } catch (error) {
    await end();
    throw error;
  }
  return { path, [Symbol.asyncDispose]: end };
}

/** Passes bytes on in both directions until the agent ends the connection. */
async function passOn(
  session: ClientSession,
  id: string,
  socket: Socket,
  signal: AbortSignal,
): Promise<void> {
  const gone = new AbortController();
  socket.on('error', (error) => gone.abort(error));
  socket.once('close', () => gone.abort());
  const exchange = callStreaming(
    session.http2,
    SSH.method.forwardAgent,
    { 'buildkit.ssh.id': id },
    AbortSignal.any([signal, gone.signal]),
  );
  const sending = (async () => {
    for await (const data of socket as AsyncIterable<Buffer>) await exchange.send({ data });
    exchange.end();
  })();
  sending.catch((error) => gone.abort(error));
  for await (const { data } of exchange.answers) socket.write(data);
}

import { once } from 'node:events';
import { type ClientHttp2Session, connect as connectHttp2 } from 'node:http2';
import { connect, createServer, type Socket } from 'node:net';
import { temporaryDirectory } from '../../store/testing/temporary-directory.ts';
import { testSocket } from '../../testing/test-socket.ts';
import { toGrpcError } from '../control/errors.ts';
import { type Method, serveGrpc } from '../grpc/server.ts';

export interface SocketPair extends AsyncDisposable {
  readonly engine: Socket;
  readonly client: Socket;
}

/** Two ends of a connection. */
export async function socketPair(): Promise<SocketPair> {
  const directory = await temporaryDirectory();
  const server = createServer();
  const path = testSocket(directory.path, 'pair');
  server.listen(path);
  await once(server, 'listening');
  const accepted = once(server, 'connection');
  const client = connect(path);
  const [engine] = (await accepted) as [Socket];
  return {
    ...{ engine, client },
    [Symbol.asyncDispose]: async () => {
      client.destroy();
      engine.destroy();
      server.close();
      await directory[Symbol.asyncDispose]();
    },
  };
}

/** An HTTP/2 connection to a server of these methods. */
export async function serve(
  methods: readonly Method[],
): Promise<AsyncDisposable & { readonly session: ClientHttp2Session }> {
  const pair = await socketPair();
  const byPath = new Map(methods.map((method) => [method.path, method]));
  const served = serveGrpc(pair.engine, byPath, toGrpcError);
  const session = connectHttp2('http://localhost', {
    createConnection: () => pair.client,
    // Go's clients take long headers too.
    settings: { maxHeaderListSize: 16 << 20 },
  });
  session.on('error', () => session.destroy());
  return {
    session,
    [Symbol.asyncDispose]: async () => {
      session.destroy();
      await pair[Symbol.asyncDispose]();
      await served;
    },
  };
}

import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect as connectHttp2, performServerHandshake } from 'node:http2';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { toGrpcError } from '../../buildkit/control/errors.ts';
import { Control } from '../../buildkit/generated/github.com/moby/buildkit/api/services/control/control_pb.js';
import { callUnary } from '../../buildkit/grpc/client.ts';
import { serveGrpc, unary } from '../../buildkit/grpc/server.ts';
import { Sessions } from '../../buildkit/session/sessions.ts';
import { ApiServer } from '../server.ts';
import { buildSessionRoutes } from './build-sessions.ts';

const { signal } = new AbortController();
const { method } = Control;

let directory: string;
let path: string;
let server: ApiServer;
let sessions: Sessions;
let begun: PromiseWithResolvers<void>;
let aborted: PromiseWithResolvers<void>;

/** A call that takes until the client is gone. */
const endless = unary(method.info, async (_, call) => {
  call.signal.addEventListener('abort', () => aborted.resolve());
  begun.resolve();
  await aborted.promise;
  return {};
});

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'berth-calls-'));
  path = join(directory, 'engine.sock');
  sessions = new Sessions();
  begun = Promise.withResolvers();
  aborted = Promise.withResolvers();
  const serveCalls = (socket: Duplex) =>
    serveGrpc(socket, new Map([[endless.path, endless]]), toGrpcError);
  const routes = buildSessionRoutes({
    serveCalls,
    checkSession: (offer) => sessions.check(offer),
    serveSession: (offer, socket) => sessions.serve(offer, socket),
  });
  server = new ApiServer(routes, () => {}, serveCalls);
  await server.listen(path);
});
afterEach(async () => {
  server.close();
  await rm(directory, { recursive: true });
});

async function upgraded(url: string, headers = ''): Promise<Socket> {
  const socket = connect(path);
  socket.write(
    `POST ${url} HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n${headers}\r\n`,
  );
  expect(String((await once(socket, 'data'))[0])).toMatch(/^HTTP\/1.1 101 /);
  return socket;
}

test.each([
  ['speaks HTTP/2 from its beginning', async () => connect(path)],
  ['is upgraded', () => upgraded('/grpc')],
])('a cut connection that %s aborts its calls', async (_, open) => {
  const socket = await open();
  const client = connectHttp2('http://localhost', { createConnection: () => socket });
  client.on('error', () => client.destroy());
  const call = callUnary(client, method.info, {}, signal);
  await begun.promise;
  expect(server.requests).toBe(1);
  socket.destroy();
  await expect(call).rejects.toThrow();
  await expect(aborted.promise).resolves.toBeUndefined();
  await expect.poll(() => server.requests).toBe(0);
});

test('the session of a cut connection is closed', async () => {
  const socket = await upgraded('/session', 'X-Docker-Expose-Session-Uuid: me\r\n');
  const client = performServerHandshake(socket);
  client.on('error', () => client.destroy());
  await expect.poll(() => sessions.get('me')).toBeDefined();
  socket.destroy();
  await expect.poll(() => sessions.get('me')).toBeUndefined();
  await expect.poll(() => server.requests).toBe(0);
});

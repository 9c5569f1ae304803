import { once } from 'node:events';
import { createServer } from 'node:http';
import { createServer as createHttp2Server } from 'node:http2';
import { type AddressInfo, createServer as createTcpServer, type Server } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { grpcHealth } from './grpc-health.ts';
import { httpGet } from './http-get.ts';
import { tcpSocket } from './tcp-socket.ts';

const never = new AbortController().signal;
const TIMEOUT = 30_000;
const HOST = '127.0.0.1';

async function listening(server: Server): Promise<number> {
  server.listen(0, HOST);
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}

/** A port on which nothing listens. */
async function closedPort(): Promise<number> {
  const server = createTcpServer().listen(0, HOST);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

it('asks for a page, by the name of a port', async () => {
  const asked: string[] = [];
  const server = createServer(({ url = '', headers }, response) => {
    asked.push(`${url} ${headers['user-agent']?.split('/')[0]} ${headers['x-test']}`);
    response.statusCode = url.startsWith('/moved') ? 302 : url === '/ok' ? 204 : 503;
    response.end();
  });
  const containerPort = await listening(server);
  const container = { name: 'app', ports: [{ name: 'web', containerPort }] };
  const get = (path: string) =>
    httpGet(
      { path, port: 'web', httpHeaders: [{ name: 'X-Test', value: 'yes' }] },
      ...([container, HOST, TIMEOUT, never] as const),
    );
  expect(await get('/ok')).toMatchObject({ isGood: true });
  expect(await get('/moved')).toMatchObject({ isGood: true });
  expect(await get('/no')).toEqual({
    isGood: false,
    output: 'HTTP probe failed with statuscode: 503',
  });
  expect(asked[0]).toBe('/ok kube-probe yes');
});

it('fails if the server wants to change the protocol', async () => {
  const port = await listening(
    createServer().on('connection', (socket) => {
      socket.on('error', () => {});
      socket.end('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: ws\r\n\r\n');
    }),
  );
  // A hook has no limit of its own.
  const noLimit = 2 ** 31 - 1;
  expect(await httpGet({ port }, { name: 'app' }, HOST, noLimit, never)).toEqual({
    ...{ isGood: false, output: 'HTTP probe failed with statuscode: 101' },
  });
});

it('says that nothing listens', async () => {
  const port = await closedPort();
  const container = { name: 'app' };
  expect(await httpGet({ port }, container, HOST, TIMEOUT, never)).toEqual({
    isGood: false,
    output: `Get "http://127.0.0.1:${port}/": dial tcp 127.0.0.1:${port}: connect: connection refused`,
  });
  expect(await tcpSocket({ port }, container, HOST, TIMEOUT, never)).toEqual({
    isGood: false,
    output: `dial tcp 127.0.0.1:${port}: connect: connection refused`,
  });
  expect((await grpcHealth({ port }, HOST, TIMEOUT, never)).isGood).toBe(false);
});

it('opens a connection', async () => {
  const port = await listening(createTcpServer((socket) => socket.destroy()));
  expect(await tcpSocket({ port }, { name: 'app' }, HOST, TIMEOUT, never)).toMatchObject({
    isGood: true,
  });
});

it('gives up on a server that doesn’t answer', async () => {
  const port = await listening(createServer(() => {}));
  const { isGood, output } = await httpGet({ port }, { name: 'app' }, HOST, 50, never);
  expect(isGood).toBe(false);
  expect(output).toContain('context deadline exceeded');
});

it('asks the health service of gRPC', async () => {
  const services: string[] = [];
  const server = createHttp2Server();
  server.on('stream', (stream) => {
    const chunks: Buffer[] = [];
    stream.on('data', (chunk: Buffer) => chunks.push(chunk));
    stream.on('end', () => {
      const service = Buffer.concat(chunks).subarray(7).toString();
      services.push(service);
      stream.respond(
        { ':status': 200, 'content-type': 'application/grpc' },
        { waitForTrailers: true },
      );
      stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
      stream.end(Buffer.from([0, 0, 0, 0, 2, 8, service === 'sick' ? 2 : 1]));
    });
  });
  const port = await listening(server);
  expect(await grpcHealth({ port, service: 'db' }, HOST, TIMEOUT, never)).toMatchObject({
    isGood: true,
  });
  expect(await grpcHealth({ port, service: 'sick' }, HOST, TIMEOUT, never)).toEqual({
    isGood: false,
    output: 'service unhealthy (responded with "NOT_SERVING")',
  });
  expect(services).toEqual(['db', 'sick']);
});

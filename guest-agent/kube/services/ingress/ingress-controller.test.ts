import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { request as tlsRequest } from 'node:https';
import type { Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import type { IngressSpec } from 'kubernetes-types/networking/v1.js';
import { expect, onTestFinished, test } from 'vitest';
import { makeAuthority } from '../../../registry/testing/private-authority.ts';
import { temporaryDirectory } from '../../../store/testing/temporary-directory.ts';
import { onWindows } from '../../../testing/on-windows.ts';
import { events, ingressClasses, ingresses, pods, secrets } from '../../objects/resources.ts';
import { startEndpoints } from '../endpoints/endpoints-controller.ts';
import { ServiceEndpoints } from '../endpoints/service-endpoints.ts';
import { LocalPorts } from '../ports/local-ports.ts';
import { ServiceProxy } from '../proxy/service-proxy.ts';
import { StandInHost } from '../testing/stand-in-host.ts';
import {
  createPod,
  createService,
  eventually,
  inDefault,
  noLog,
  testObjects,
} from '../testing/stored-objects.ts';
import { startIngress } from './ingress-controller.ts';

const ADDRESS = '127.96.0.2';
const PORTS = { http: 8_480, https: 8_481 };
const POD_PORT = 8_482;
const test4 = test.skipIf(process.platform === 'darwin' || onWindows('one loopback address'));

async function start(host = new StandInHost()) {
  const objects = await testObjects();
  const endpoints = new ServiceEndpoints(objects);
  const stack = new DisposableStack();
  onTestFinished(() => stack.dispose());
  stack.use(startEndpoints(objects, noLog));
  const proxy = stack.use(
    new ServiceProxy({ objects, endpoints, nodeAddresses: [], log: () => {} }),
  );
  const local = stack.use(new LocalPorts(host, noLog));
  stack.use(
    await startIngress({
      ...{ objects, proxy, local, address: ADDRESS, ports: PORTS, log: () => {} },
      nodeAddresses: ['127.0.0.1'],
    }),
  );
  const serve = async (
    app: string,
    address: string,
    answer: (request: IncomingMessage, response: ServerResponse) => void,
  ) => {
    const server = createServer(answer);
    await once(server.listen(POD_PORT, address), 'listening');
    onTestFinished(() => {
      server.close();
      server.closeAllConnections();
    });
    await createPod(objects, `${app}-${address}`, address, { app });
    return server;
  };
  const service = (app: string) =>
    createService(objects, app, {
      ...{ clusterIP: 'None', selector: { app } },
      ports: [{ name: 'http', port: 80, targetPort: POD_PORT }],
    });
  const ingress = (name: string, spec: IngressSpec) =>
    objects.create(ingresses, { metadata: inDefault(name), spec });
  const warnings = () => objects.list(events).map(({ message }) => message);
  return { objects, host, serve, service, ingress, warnings };
}

const rule = (host: string, name: string, path = '/') => ({
  host,
  http: {
    paths: [{ path, pathType: 'Prefix', backend: { service: { name, port: { name: 'http' } } } }],
  },
});

async function ask(host: string, path = '/', headers: Record<string, string> = {}) {
  const sent = request({
    ...{ host: ADDRESS, port: PORTS.http, path, agent: false },
    headers: { host, ...headers },
  });
  sent.end();
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  return { status: response.statusCode, body: await text(response) };
}

test4('requests go to Services by host and path, and say where they come from', async () => {
  const { serve, service, ingress, objects } = await start();
  await service('web');
  await service('api');
  await serve('web', '127.0.2.1', ({ url }, response) => response.end(`web ${url}`));
  await serve('api', '127.0.2.2', ({ headers }, response) => response.end(JSON.stringify(headers)));
  await ingress('shop', {
    rules: [rule('shop.localhost', 'web'), rule('shop.localhost', 'api', '/api')],
  });
  await eventually(async () => expect((await ask('shop.localhost')).body).toBe('web /'));
  expect((await ask('shop.localhost', '/a?b=c')).body).toBe('web /a?b=c');
  const { body } = await ask('shop.localhost:8080', '/api', { 'x-forwarded-for': '10.1.1.1' });
  expect(JSON.parse(body)).toMatchObject({
    ...{ host: 'shop.localhost:8080', 'x-forwarded-for': '10.1.1.1, 127.0.0.1' },
    ...{ 'x-forwarded-proto': 'http', 'x-forwarded-port': '8080', 'x-real-ip': '127.0.0.1' },
    'x-forwarded-host': 'shop.localhost:8080',
  });
  expect(await ask('other.localhost')).toEqual({
    status: 404,
    body: 'No Ingress has a rule for other.localhost/.\n',
  });
  await eventually(() =>
    expect(objects.get(ingresses, inDefault('shop'))?.status?.loadBalancer).toEqual({
      ingress: [{ hostname: 'localhost', ports: [{ port: 80, protocol: 'TCP' }] }],
    }),
  );
  await objects.requestDeletion(ingresses, inDefault('shop'));
  await eventually(() =>
    expect(ask('shop.localhost')).rejects.toMatchObject({ code: 'ECONNREFUSED' }),
  );
});

test4('a request whose pod has just died goes to another pod', async () => {
  const { serve, service, ingress } = await start();
  await service('web');
  await serve('web', '127.0.2.1', (_, response) => response.end('one'));
  const dying = await serve('web', '127.0.2.2', (_, response) => response.end('two'));
  await ingress('web', { rules: [rule('web.localhost', 'web')] });
  await eventually(async () => expect((await ask('web.localhost')).body).toBe('two'));
  dying.close();
  for (let count = 0; count < 10; count++) expect((await ask('web.localhost')).body).toBe('one');
});

test4('a Service without pods and a missing Service are reported', async () => {
  const { serve, service, ingress, objects } = await start();
  await service('web');
  await serve('web', '127.0.2.1', (_, response) => response.end('web'));
  await ingress('web', { rules: [rule('web.localhost', 'web'), rule('no.localhost', 'no')] });
  await eventually(async () => expect((await ask('web.localhost')).body).toBe('web'));
  expect(await ask('no.localhost')).toEqual({
    status: 503,
    body: "The Service default/no doesn't exist.\n",
  });
  await objects.remove(pods, inDefault('web-127.0.2.1'));
  expect(await ask('web.localhost')).toEqual({
    status: 502,
    body: 'No endpoint of the Service answers.\n',
  });
});

test4('WebSockets and other upgrades work', async () => {
  const { serve, service, ingress } = await start();
  await service('web');
  const server = await serve('web', '127.0.2.1', (_, response) => response.end());
  server.on('upgrade', (_, socket: Socket) => {
    onTestFinished(() => void socket.destroy());
    socket.write(
      'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n',
    );
    socket.pipe(socket);
  });
  await ingress('web', { rules: [rule('web.localhost', 'web')] });
  await eventually(async () => expect((await ask('web.localhost')).status).toBe(200));
  const sent = request({
    ...{ host: ADDRESS, port: PORTS.http },
    headers: { host: 'web.localhost', connection: 'Upgrade', upgrade: 'echo' },
  });
  sent.end();
  const [, socket] = (await once(sent, 'upgrade')) as [IncomingMessage, Socket];
  onTestFinished(() => void socket.destroy());
  socket.write('hello');
  expect(String((await once(socket, 'data'))[0])).toBe('hello');
});

test4('each host has the certificate of its Secret', async () => {
  const { objects, serve, service, ingress, warnings } = await start();
  const directory = await temporaryDirectory();
  onTestFinished(() => directory[Symbol.asyncDispose]());
  const authority = await makeAuthority(directory.path, ['safe.localhost', '*.many.localhost']);
  const base64 = async (path: string) => (await readFile(path)).toString('base64');
  await service('web');
  await serve('web', '127.0.2.1', ({ headers }, response) =>
    response.end(String(headers['x-forwarded-proto'])),
  );
  await ingress('web', {
    rules: [rule('safe.localhost', 'web'), rule('a.many.localhost', 'web')],
    tls: [{ hosts: ['safe.localhost', '*.many.localhost'], secretName: 'cert' }],
  });
  await eventually(() => expect(warnings()).toEqual(['Secret "default/cert" not found']));
  await objects.create(secrets, {
    ...{ metadata: inDefault('cert'), type: 'kubernetes.io/tls' },
    data: {
      'tls.crt': await base64(authority.certificate),
      'tls.key': await base64(authority.key),
    },
  });
  const askSafely = async (host: string) => {
    const sent = tlsRequest({
      ...{ host: ADDRESS, port: PORTS.https, servername: host, ca: authority.authority },
      ...{ headers: { host }, agent: false },
    });
    sent.end();
    const [response] = (await once(sent, 'response')) as [IncomingMessage];
    return text(response);
  };
  await eventually(async () => expect(await askSafely('safe.localhost')).toBe('https'));
  expect(await askSafely('a.many.localhost')).toBe('https');
  await expect(askSafely('other.localhost')).rejects.toThrow('does not match');
});

test4('if port 80 of the host is taken, another port is chosen and named', async () => {
  const { objects, host, ingress, warnings } = await start(new StandInHost(80, 8080));
  await ingress('web', { rules: [rule('web.localhost', 'web')] });
  await eventually(() =>
    expect(warnings()).toEqual([
      "Can't open port 80 of localhost: nginx (pid 812) already uses it. This Ingress is at http://web.localhost:8081 instead.",
    ]),
  );
  expect(objects.get(ingresses, inDefault('web'))?.status?.loadBalancer?.ingress).toEqual([
    { hostname: 'localhost', ports: [{ port: 8081, protocol: 'TCP' }] },
  ]);
  expect(host.asked).toMatchObject([{ hostPort: 8081, target: { host: ADDRESS, port: 8_480 } }]);
});

test4('Ingresses of a class that another controller serves are left to it', async () => {
  const { objects, host, ingress } = await start();
  await objects.create(ingressClasses, {
    ...{ metadata: { name: 'other' }, spec: { controller: 'example.com/other' } },
  });
  await ingress('theirs', { ingressClassName: 'other', rules: [rule('a.localhost', 'web')] });
  await ingress('ours', { ingressClassName: 'nginx', rules: [rule('b.localhost', 'web')] });
  await eventually(() => expect(host.asked).toHaveLength(1));
  expect((await ask('a.localhost')).status).toBe(404);
  expect((await ask('b.localhost')).status).toBe(503);
});

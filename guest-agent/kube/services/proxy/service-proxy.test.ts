import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { buffer, text } from 'node:stream/consumers';
import type { ServiceSpec } from 'kubernetes-types/core/v1.js';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { onWindows } from '../../../testing/on-windows.ts';
import type { Objects } from '../../objects/objects.ts';
import { pods, services } from '../../objects/resources.ts';
import { startEndpoints } from '../endpoints/endpoints-controller.ts';
import { ServiceEndpoints } from '../endpoints/service-endpoints.ts';
import {
  createPod,
  createService,
  eventually,
  inDefault,
  noLog,
  setReady,
  testObjects,
} from '../testing/stored-objects.ts';
import { ServiceProxy } from './service-proxy.ts';

const PORT = 8_423;
const CLUSTER_IP = '127.96.1.1';
const test4 = test.skipIf(process.platform === 'darwin' || onWindows('one loopback address'));

let objects: Objects;
let endpoints: ServiceEndpoints;
beforeEach(async () => {
  objects = await testObjects();
  endpoints = new ServiceEndpoints(objects);
  const controller = startEndpoints(objects, noLog);
  const proxy = new ServiceProxy({
    ...{ objects, endpoints, nodeAddresses: ['127.96.0.1'], log: noLog },
  });
  onTestFinished(() => {
    proxy[Symbol.dispose]();
    controller[Symbol.dispose]();
  });
});

const web = (more: Partial<ServiceSpec> = {}) =>
  createService(objects, 'web', {
    ...{ clusterIP: CLUSTER_IP, selector: { app: 'web' }, ports: [{ port: PORT }], ...more },
  });

/** A pod whose address is one of the loopback interface. */
async function startPod(
  name: string,
  address: string,
  serve: (socket: Socket) => void = (socket) => socket.end(name),
): Promise<Server> {
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    socket.on('error', () => {});
    serve(socket);
  });
  await once(server.listen(PORT, address), 'listening');
  onTestFinished(() => void server.close());
  await createPod(objects, name, address);
  return server;
}

const dial = (address = CLUSTER_IP, port = PORT, localAddress?: string) =>
  connect({ host: address, port, allowHalfOpen: true, ...(localAddress && { localAddress }) });
const fetchText = (...where: Parameters<typeof dial>) => text(dial(...where));
const isOpen = () => eventually(() => fetchText());

function countsOf(answers: readonly string[]): Record<string, number> {
  return Object.fromEntries(
    [...Map.groupBy(answers, (answer) => answer)].map(([key, all]) => [key, all.length]),
  );
}

test4('connections go to all pods in turn', async () => {
  await web();
  for (const index of [1, 2, 3]) await startPod(`web-${index}`, `127.0.1.${index}`);
  await isOpen();
  const answers = [];
  for (let count = 0; count < 30; count++) answers.push(await fetchText());
  expect(countsOf(answers)).toEqual({ 'web-1': 10, 'web-2': 10, 'web-3': 10 });
});

test4('a pod that refuses or dies with unread requests loses no connection', async () => {
  await web();
  await startPod('whole', '127.0.1.1', async (socket) => {
    socket.end(`whole got ${await text(socket)}`);
  });
  // As a program that ends: the kernel resets what it hasn't read.
  await startPod('dying', '127.0.1.2', (socket) => socket.pause().resetAndDestroy());
  (await startPod('refusing', '127.0.1.3')).close();
  await eventually(() => {
    const client = dial();
    client.end();
    return text(client);
  });
  const answers = await Promise.all(
    Array.from({ length: 60 }, async (_, index) => {
      const client = dial();
      client.end(`request ${index}`);
      return text(client);
    }),
  );
  expect(answers).toEqual(Array.from({ length: 60 }, (_, index) => `whole got request ${index}`));
});

test4('a connection that broke after its first byte is reset, and isn’t repeated', async () => {
  await web();
  let asked = 0;
  await startPod('half', '127.0.1.1', (socket) => {
    asked++;
    socket.write('half an answer');
    socket.once('data', () => socket.resetAndDestroy());
  });
  const client = await eventually(async () => {
    const socket = dial();
    await once(socket, 'data');
    return socket;
  });
  client.write('more');
  await expect(once(client, 'end')).rejects.toMatchObject({ code: 'ECONNRESET' });
  expect(asked).toBe(1);
});

test4('a client that goes away before the answer leaves no connection to the pod', async () => {
  await web();
  const closed: Promise<void>[] = [];
  await startPod('silent', '127.0.1.1', (socket) => {
    socket.resume();
    closed.push(new Promise((resolve) => socket.once('close', () => resolve())));
    // The pod has nothing more to send once the client has ended.
    socket.once('end', () => socket.end());
  });
  const asked = async (count: number) => {
    const client = await eventually(async () => {
      const socket = dial();
      await once(socket, 'connect');
      return socket;
    });
    client.write('question');
    await eventually(() => expect(closed.length).toBe(count));
    return client;
  };
  (await asked(1)).resetAndDestroy();
  (await asked(2)).destroy();
  await expect(Promise.all(closed)).resolves.toHaveLength(2);
});

test4('many megabytes arrive unchanged both ways, also after one side has ended', async () => {
  await web();
  await startPod('web', '127.0.1.1', async (socket) => {
    const received = await buffer(socket);
    socket.end(received);
  });
  const sent = Buffer.alloc(8 * 1024 * 1024);
  for (let index = 0; index < sent.length; index += 4) sent.writeUInt32LE(index, index);
  const received = await eventually(async () => {
    const client = dial();
    client.end(sent);
    return buffer(client);
  });
  expect(received.equals(sent)).toBe(true);
});

test4('without a ready pod, clients are refused', async () => {
  await web();
  await startPod('web-1', '127.0.1.1');
  await isOpen();
  await setReady(objects, 'web-1', false);
  await eventually(() => expect(fetchText()).rejects.toMatchObject({ code: 'ECONNREFUSED' }));
  await setReady(objects, 'web-1', true);
  await isOpen();
  await objects.remove(services, inDefault('web'));
  await eventually(() => expect(fetchText()).rejects.toMatchObject({ code: 'ECONNREFUSED' }));
});

test4('a pod gets no new connection from the moment that it is being deleted', async () => {
  await web();
  await startPod('web-1', '127.0.1.1');
  await startPod('web-2', '127.0.1.2');
  await isOpen();
  await eventually(() => expect(endpoints.current(inDefault('web'))).toHaveLength(2));
  await objects.requestDeletion(pods, inDefault('web-1'));
  expect(endpoints.current(inDefault('web')).map(({ address }) => address)).toEqual(['127.0.1.2']);
  // The last one still answers while it ends.
  await objects.requestDeletion(pods, inDefault('web-2'));
  expect(endpoints.current(inDefault('web'))).toHaveLength(2);
  expect(await fetchText()).toMatch(/^web-/);
});

test4('a connection to a pod that is gone ends', async () => {
  await web();
  await startPod('web-1', '127.0.1.1', (socket) => socket.write('hello'));
  const client = await eventually(async () => {
    const socket = dial();
    await once(socket, 'data');
    return socket;
  });
  await objects.remove(pods, inDefault('web-1'));
  await expect(once(client, 'end')).rejects.toMatchObject({ code: 'ECONNRESET' });
});

test4('with an affinity, a client keeps its pod until the pod is gone', async () => {
  await web({ sessionAffinity: 'ClientIP' });
  for (const index of [1, 2, 3]) await startPod(`web-${index}`, `127.0.1.${index}`);
  await isOpen();
  await eventually(() => expect(endpoints.current(inDefault('web'))).toHaveLength(3));
  const ask = async (client: string) => {
    const answers = [];
    for (let count = 0; count < 6; count++) {
      answers.push(await fetchText(CLUSTER_IP, PORT, client));
    }
    return new Set(answers);
  };
  const all = await Promise.all(['127.5.0.1', '127.5.0.2', '127.5.0.3', '127.5.0.4'].map(ask));
  expect(all.map(({ size }) => size)).toEqual([1, 1, 1, 1]);
  expect(new Set(all.flatMap((one) => [...one])).size).toBeGreaterThan(1);
  const [before = ''] = await ask('127.5.0.1');
  await objects.requestDeletion(pods, inDefault(before));
  const [after] = await ask('127.5.0.1');
  expect(after).not.toBe(before);
});

test4('a node port leads to the same pods', async () => {
  await web({ type: 'NodePort', ports: [{ port: PORT, nodePort: 31_423 }] });
  await startPod('web-1', '127.0.1.1');
  expect(await eventually(() => fetchText('127.96.0.1', 31_423))).toBe('web-1');
});

test4('UDP clients keep their pod, and move on when it is gone', async () => {
  await web({ ports: [{ port: PORT, protocol: 'UDP' }] });
  const sockets = await Promise.all(
    [1, 2].map(async (index) => {
      const socket = createSocket('udp4');
      socket.on('message', (_, { port, address }) => socket.send(`web-${index}`, port, address));
      await once(socket.bind(PORT, `127.0.1.${index}`), 'listening');
      await createPod(objects, `web-${index}`, `127.0.1.${index}`);
      return socket;
    }),
  );
  await eventually(() => expect(endpoints.current(inDefault('web'))).toHaveLength(2));
  const client = createSocket('udp4');
  onTestFinished(() => {
    for (const socket of [client, sockets[1]]) socket?.close();
  });
  const ask = async () => {
    const answer = once(client, 'message', { signal: AbortSignal.timeout(2_000) });
    client.send('hello', PORT, CLUSTER_IP);
    return String((await answer)[0]);
  };
  const first = await eventually(ask);
  for (let count = 0; count < 5; count++) expect(await ask()).toBe(first);
  if (first === 'web-2') sockets.reverse();
  // Without a word to Kubernetes: the system says that nobody listens there any more.
  sockets[0]?.close();
  const other = first === 'web-1' ? 'web-2' : 'web-1';
  await eventually(async () => expect(await ask()).toBe(other));
});

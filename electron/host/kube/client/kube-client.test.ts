import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { createKubeClient, type KubeClient } from './kube-client.ts';

let server: Server;

afterEach(() => {
  server.closeAllConnections();
  server.close();
});

async function clientOf(answer: RequestListener, patienceMs = 300): Promise<KubeClient> {
  server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const context = {
    ...{ name: 'prod', cluster: 'prod', user: 'me', server: url, namespace: 'default' },
    ...{ isLocal: false, isCurrent: true },
  };
  const access = async () => ({ headers: {}, tls: {} });
  return createKubeClient(context, { server: url, access }, { patienceMs });
}

it.each([200, 500])('gives up if the body of an answer stalls (status %i)', async (status) => {
  const client = await clientOf((_, response) => response.writeHead(status).write('{"kind":'));
  await expect(client.json('GET', '/api')).rejects.toMatchObject({
    code: 'timeout',
    message: expect.stringContaining('sent only the beginning of its answer within 0 seconds'),
  });
});

it('reads a slow body as long as it continues', async () => {
  const client = await clientOf((_, response) => {
    const pieces = ['{"a":', '1', ',"b":', '2', '}'];
    const timer = setInterval(() => {
      response.write(pieces.shift());
      if (pieces.length > 0) return;
      clearInterval(timer);
      response.end();
    }, 150);
  }, 500);
  expect(await client.json('GET', '/api')).toEqual({ a: 1, b: 2 });
});

import { once } from 'node:events';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { PassThrough, Readable } from 'node:stream';
import { beforeEach, expect, it, onTestFinished, vi } from 'vitest';
import { WebSocket } from 'ws';
import { Objects } from '../../objects/objects.ts';
import { loadSchemas } from '../../schema/schemas.ts';
import { KubeServer } from '../server.ts';

const PATH = '/api/v1/namespaces/default/pods/web/exec?command=cat&stdin=1&stdout=1';

const program = {
  ...{ stdin: new PassThrough(), stdout: new PassThrough(), stderr: Readable.from([]) },
  ...{ exited: new Promise<number>(() => {}), resize: async () => {}, close: vi.fn() },
};
const exec = vi.fn(async () => program);
let port: number;

beforeEach(async () => {
  vi.clearAllMocks();
  const unused = () => Promise.reject(new Error('not in this test'));
  const streams = { exec, attach: unused, logs: unused, connect: unused };
  const server = createServer();
  new KubeServer({
    ...{ objects: new Objects(), streams, schemas: await loadSchemas(), log: () => {} },
    admit: (_, object) => object,
  }).attach(server);
  await once(server.listen(0, '127.0.0.1'), 'listening');
  port = (server.address() as AddressInfo).port;
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
});

it('starts no program for a client that speaks another protocol', async () => {
  const client = new WebSocket(`http://127.0.0.1:${port}${PATH}`, ['other.protocol']);
  const [error] = await once(client, 'error');
  expect(error.message).toContain('400');
  expect(exec).not.toHaveBeenCalled();
});

it('closes the program of a client that isn’t a WebSocket client after all', async () => {
  const asked = request({
    ...{ host: '127.0.0.1', port, path: PATH },
    headers: {
      ...{ Connection: 'Upgrade', Upgrade: 'websocket' },
      ...{ 'Sec-WebSocket-Protocol': 'v5.channel.k8s.io', 'Sec-WebSocket-Version': '1' },
    },
  });
  const answered = once(asked, 'response');
  asked.end();
  expect((await answered)[0].statusCode).toBe(400);
  await vi.waitFor(() => expect(program.close).toHaveBeenCalled());
});

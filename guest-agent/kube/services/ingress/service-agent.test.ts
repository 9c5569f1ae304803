import { once } from 'node:events';
import { createServer, get } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { createService, testObjects } from '../testing/stored-objects.ts';
import { ServiceAgent } from './service-agent.ts';

it.each(['127.0.0.1', 'localhost', '0.0.0.0'])(
  'doesn’t open the node’s own ports to an ExternalName: %s',
  async (externalName) => {
    const server = createServer((_, response) => response.end('secret'));
    await once(server.listen(0), 'listening');
    onTestFinished(() => void server.close());
    const { port } = server.address() as AddressInfo;
    const objects = await testObjects();
    const service = await createService(objects, 'out', { type: 'ExternalName', externalName });
    const proxy = { forward: () => {} };
    const agent = new ServiceAgent(proxy, service, { port });
    const request = get({ agent, host: 'out', port });
    const answered = once(request, 'response');
    await expect(answered).rejects.toThrow(`${externalName} is an address of this machine itself`);
  },
);

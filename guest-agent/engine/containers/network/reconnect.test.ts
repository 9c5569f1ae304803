import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryDirectory } from '../../../store/testing/temporary-directory.ts';
import { fakeNetworkDriver } from '../../../testing/fake-engine/fake-network-driver.ts';
import { createNetwork } from '../../networks/create.ts';
import { networkCreateSchema } from '../../networks/create-request.ts';
import { testEngine, testRecord } from '../../testing/test-engine.ts';
import { newEndpoint } from '../record/endpoint.ts';
import { endpointRequestSchema } from '../request/endpoint-request.ts';
import { netavarkEndpoint } from './attach-endpoint.ts';
import { reconnect } from './reconnect.ts';

test('a container gets back the one interface that a crash took from it', async () => {
  await using directory = await temporaryDirectory();
  const engine = await testEngine(directory.path);
  for (const Name of ['front', 'back']) {
    await createNetwork(engine, networkCreateSchema.parse({ Name }), []);
  }
  const endpoint = (name: string, fields: object) => ({
    ...newEndpoint(engine.networks.get(name), endpointRequestSchema.parse({})),
    ...fields,
  });
  const { record } = await engine.containers.add({
    ...testRecord({ status: 'running' }),
    endpoints: {
      front: endpoint('front', { endpointId: 'f'.repeat(64), interface: 'eth0' }),
      back: endpoint('back', { endpointId: 'b'.repeat(64), interface: 'eth1' }),
    },
  });
  const outside = (name: 'front' | 'back') => {
    const found = record.endpoints[name];
    if (found === undefined) throw new Error(name);
    return netavarkEndpoint(record, engine.networks.get(name), found).outside;
  };
  await mkdir(join(engine.directories.container(record.id), 'etc'), { recursive: true });
  const made: string[] = [];
  let interfaces = [outside('front')];
  Object.assign(engine.networks.driver, fakeNetworkDriver, {
    interfaces: async () => interfaces,
    setup: async (_: string, { inside }: { inside: string }) => void made.push(inside),
  });
  await reconnect(engine, record);
  expect(made).toEqual(['eth1']);
  interfaces = [outside('front'), outside('back')];
  await reconnect(engine, record);
  expect(made).toEqual(['eth1']);
});

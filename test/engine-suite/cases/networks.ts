import { deepEqual, equal, match } from 'node:assert/strict';
import * as z from 'zod';
import type { SuiteCase } from '../place.ts';

const networkSchema = z.looseObject({
  ...{ Name: z.string(), Id: z.string(), Driver: z.string(), Scope: z.string() },
  Internal: z.boolean(),
  Containers: z.record(z.string(), z.looseObject({ Name: z.string(), IPv4Address: z.string() })),
});
const attachedSchema = z.looseObject({
  NetworkSettings: z.looseObject({
    Networks: z.record(z.string(), z.looseObject({ IPAddress: z.string(), Gateway: z.string() })),
  }),
});

/** Networks. */
export const networkCases: readonly SuiteCase[] = [
  {
    name: 'a container has an address on the requested network',
    async run(place) {
      const { client, prefix } = place;
      place.defer(() => client.call('DELETE', `/networks/${prefix}`));
      const config = { Subnet: '10.213.7.0/24', Gateway: '10.213.7.1' };
      const body = { Name: prefix, IPAM: { Config: [config] } };
      equal((await client.call('POST', '/networks/create', body)).status, 201);
      const id = await place.run('sleep 1000', { HostConfig: { NetworkMode: prefix } });
      const { NetworkSettings } = await client.expect(
        attachedSchema,
        ...([200, 'GET', `/containers/${id}/json`] as const),
      );
      deepEqual(Object.keys(NetworkSettings.Networks), [prefix]);
      const { IPAddress, Gateway } = NetworkSettings.Networks[prefix] ?? {};
      equal(IPAddress, '10.213.7.2');
      equal(Gateway, '10.213.7.1');
      const network = await client.expect(networkSchema, 200, 'GET', `/networks/${prefix}`);
      equal(network.Driver, 'bridge');
      equal(network.Containers[id]?.Name, prefix);
      equal(network.Containers[id]?.IPv4Address, '10.213.7.2/24');
      const [status, message] = await client.refusal('DELETE', `/networks/${prefix}`);
      equal(status, 403);
      match(message, /has active endpoints/);
    },
  },
  {
    name: 'a running container joins and leaves a network',
    async run(place) {
      const { client, prefix } = place;
      place.defer(() => client.call('DELETE', `/networks/${prefix}`));
      await client.call('POST', '/networks/create', { Name: prefix });
      const id = await place.run('sleep 1000');
      const at = (verb: string) => ['POST', `/networks/${prefix}/${verb}`] as const;
      equal((await client.call(...at('connect'), { Container: id })).status, 200);
      const members = async () =>
        Object.keys(
          (await client.expect(networkSchema, 200, 'GET', `/networks/${prefix}`)).Containers,
        );
      deepEqual(await members(), [id]);
      const [status] = await client.refusal(...at('connect'), { Container: id });
      equal(status, 403);
      equal((await client.call(...at('disconnect'), { Container: id })).status, 200);
      deepEqual(await members(), []);
    },
  },
  {
    name: 'a name can be used once, and built-in networks can’t be removed',
    async run({ client, prefix, ...place }) {
      await client.call('POST', '/networks/create', { Name: prefix });
      const [status, message] = await client.refusal('POST', '/networks/create', { Name: prefix });
      equal(status, 409);
      equal(message, `network with name ${prefix} already exists`);
      equal((await client.call('DELETE', `/networks/${prefix}`)).status, 204);
      deepEqual(await client.refusal('GET', `/networks/${prefix}`), [
        404,
        `network ${prefix} not found`,
      ]);
      const [refused, said] = await client.refusal('DELETE', '/networks/bridge');
      equal(refused, 403);
      match(said, /bridge is a pre-defined network and cannot be removed/);
      void place;
    },
  },
];

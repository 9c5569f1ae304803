import { deepEqual, equal, match, ok } from 'node:assert/strict';
import * as z from 'zod';
import type { SuiteCase } from '../place.ts';

const volumeSchema = z.looseObject({
  ...{ Name: z.string(), Driver: z.string(), Scope: z.string() },
  Labels: z.record(z.string(), z.string()).nullable(),
});

/** Volumes. */
export const volumeCases: readonly SuiteCase[] = [
  {
    name: 'a volume is created once, listed and removed',
    async run({ client, prefix }) {
      const body = { Name: prefix, Labels: { colour: 'blue' } };
      const made = await client.expect(volumeSchema, 201, 'POST', '/volumes/create', body);
      deepEqual([made.Name, made.Driver, made.Scope], [prefix, 'local', 'local']);
      deepEqual(made.Labels, { colour: 'blue' });
      await client.expect(volumeSchema, 201, 'POST', '/volumes/create', body);
      const filters = encodeURIComponent(JSON.stringify({ label: ['colour=blue'] }));
      const { Volumes } = await client.expect(
        z.looseObject({ Volumes: z.array(volumeSchema) }),
        ...([200, 'GET', `/volumes?filters=${filters}`] as const),
      );
      ok(Volumes.some(({ Name }) => Name === prefix));
      equal((await client.call('DELETE', `/volumes/${prefix}`)).status, 204);
      const [status, message] = await client.refusal('GET', `/volumes/${prefix}`);
      equal(status, 404);
      equal(message, `get ${prefix}: no such volume`);
    },
  },
  {
    name: 'a volume that a container uses can’t be removed',
    async run(place) {
      const { client, prefix } = place;
      place.defer(() => client.call('DELETE', `/volumes/${prefix}`));
      const id = await place.create('exit 0', { HostConfig: { Binds: [`${prefix}:/data`] } });
      const [status, message] = await client.refusal('DELETE', `/volumes/${prefix}`);
      equal(status, 409);
      match(message, new RegExp(`volume is in use - \\[${id}\\]$`));
    },
  },
];

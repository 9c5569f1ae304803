import { deepEqual, equal, match, ok } from 'node:assert/strict';
import * as z from 'zod';
import type { SuiteCase } from '../place.ts';

const imageSchema = z.looseObject({
  Id: z.string(),
  RepoTags: z.array(z.string()),
  Config: z.looseObject({ Cmd: z.array(z.string()) }),
});
const removedSchema = z.array(z.record(z.string(), z.string()));
const progressSchema = z.looseObject({ status: z.string() });

/** Images: inspect, tag, remove, pull. */
export const imageCases: readonly SuiteCase[] = [
  {
    name: 'an image is found by its name and its ID',
    async run({ client, image }) {
      const found = await client.expect(imageSchema, 200, 'GET', `/images/${image}/json`);
      match(found.Id, /^sha256:[0-9a-f]{64}$/);
      deepEqual(found.Config.Cmd, ['sh']);
      const again = await client.expect(imageSchema, 200, 'GET', `/images/${found.Id}/json`);
      equal(again.Id, found.Id);
      const all = await client.expect(
        z.array(z.looseObject({ Id: z.string(), RepoTags: z.array(z.string()).nullable() })),
        ...([200, 'GET', '/images/json'] as const),
      );
      ok(all.some(({ Id }) => Id === found.Id));
    },
  },
  {
    name: 'a second tag is another name of the same image',
    async run({ client, image, prefix }) {
      const tag = `/images/${image}/tag?repo=${prefix}&tag=two`;
      equal((await client.call('POST', tag)).status, 201);
      const { Id } = await client.expect(imageSchema, 200, 'GET', `/images/${prefix}:two/json`);
      const removed = await client.expect(
        removedSchema,
        ...([200, 'DELETE', `/images/${prefix}:two`] as const),
      );
      deepEqual(removed, [{ Untagged: `${prefix}:two` }]);
      const { Id: left } = await client.expect(imageSchema, 200, 'GET', `/images/${image}/json`);
      equal(left, Id);
    },
  },
  {
    name: 'an image that does not exist',
    async run({ client, prefix }) {
      const missing = [404, `No such image: ${prefix}:latest`];
      deepEqual(await client.refusal('GET', `/images/${prefix}/json`), missing);
      deepEqual(await client.refusal('DELETE', `/images/${prefix}`), missing);
      const create = ['POST', '/containers/create', { Image: prefix, Cmd: ['true'] }] as const;
      deepEqual(await client.refusal(...create), missing);
    },
  },
  {
    name: 'the image of a running container can’t be removed',
    async run(place) {
      await place.run('sleep 1000');
      const path = `/images/${place.image}?force=0`;
      const [status, message] = await place.client.refusal('DELETE', path);
      equal(status, 409);
      match(message, /conflict: unable to (remove|delete)/);
    },
  },
  {
    name: 'a pull reports progress and its result',
    async run({ client, image }) {
      const { text, status } = await client.call(
        'POST',
        `/images/create?fromImage=${encodeURIComponent(image)}`,
      );
      equal(status, 200);
      const lines = text.trim().split(/\r?\n/);
      const messages = lines.map((line) => progressSchema.parse(JSON.parse(line)));
      // For an image that ships with the engine, a note comes first.
      ok(messages.some(({ status: said }) => said.startsWith('Pulling from ')));
      match(
        messages.at(-1)?.status ?? '',
        /^Status: (Image is up to date|Downloaded newer image) for /,
      );
    },
  },
];

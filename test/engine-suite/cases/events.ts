import { deepEqual, equal } from 'node:assert/strict';
import * as z from 'zod';
import type { Place, SuiteCase } from '../place.ts';

const eventSchema = z.looseObject({
  ...{ Type: z.string(), Action: z.string(), time: z.number(), timeNano: z.number() },
  Actor: z.object({ ID: z.string(), Attributes: z.record(z.string(), z.string()) }),
});

/** Reads events until the wanted number has arrived. */
async function collect(
  { client }: Place,
  filters: Record<string, string[]>,
  until: string,
  work: () => Promise<unknown>,
) {
  const query = encodeURIComponent(JSON.stringify(filters));
  const stream = await client.open('GET', `/events?filters=${query}`);
  await work();
  const events: z.infer<typeof eventSchema>[] = [];
  let rest = '';
  for await (const chunk of stream) {
    const lines = `${rest}${chunk}`.split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) events.push(eventSchema.parse(JSON.parse(line)));
    if (events.some(({ Action }) => Action === until)) break;
  }
  return events;
}

/** The stream of events. */
export const eventCases: readonly SuiteCase[] = [
  {
    name: 'events report a container’s life in order',
    async run(place) {
      let id = '';
      const events = await collect(place, { container: [place.prefix] }, 'destroy', async () => {
        id = await place.run('exit 3', { Labels: { colour: 'blue' } });
        await place.wait(id);
        await place.client.call('DELETE', `/containers/${id}`);
      });
      const own = events.filter(({ Type }) => Type === 'container');
      deepEqual(
        own.map(({ Action }) => Action),
        ['create', 'start', 'die', 'destroy'],
      );
      deepEqual([...new Set(own.map(({ Actor }) => Actor.ID))], [id]);
      const { Attributes = {} } = own[2]?.Actor ?? {};
      equal(Attributes.exitCode, '3');
      equal(Attributes.name, place.prefix);
      equal(Attributes.image, place.image);
      equal(Attributes.colour, 'blue');
    },
  },
  {
    name: 'events report volumes and networks',
    async run(place) {
      const name = place.prefix;
      const filters = { type: ['volume', 'network'] };
      const events = await collect(place, filters, 'destroy', async () => {
        await place.client.call('POST', '/networks/create', { Name: name });
        await place.client.call('DELETE', `/networks/${name}`);
        place.defer(() => place.client.call('DELETE', `/volumes/${name}`));
        await place.client.call('POST', '/volumes/create', { Name: name });
      });
      deepEqual(
        events.slice(0, 2).map(({ Type, Action, Actor }) => [Type, Action, Actor.Attributes.name]),
        [
          ['network', 'create', name],
          ['network', 'destroy', name],
        ],
      );
    },
  },
  {
    name: 'past events can be requested',
    async run(place) {
      const since = Date.now() / 1000;
      const id = await place.run('exit 0');
      await place.wait(id);
      const query = encodeURIComponent(JSON.stringify({ container: [id], event: ['die'] }));
      const until = Date.now() / 1000 + 1;
      const path = `/events?since=${since.toFixed(3)}&until=${until.toFixed(3)}&filters=${query}`;
      const lines = (await place.client.call('GET', path)).text.trim().split('\n');
      deepEqual(
        lines.map((line) => eventSchema.parse(JSON.parse(line)).Action),
        ['die'],
      );
    },
  },
];

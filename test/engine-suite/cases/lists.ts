import { deepEqual, equal, match } from 'node:assert/strict';
import * as z from 'zod';
import type { Place, SuiteCase } from '../place.ts';

const listSchema = z.array(
  z.looseObject({
    ...{ Id: z.string(), Names: z.array(z.string()), Image: z.string(), State: z.string() },
    ...{ Status: z.string(), Command: z.string(), Labels: z.record(z.string(), z.string()) },
  }),
);

function list({ client }: Place, filters: Record<string, string[]>, more = '') {
  const words = `filters=${encodeURIComponent(JSON.stringify(filters))}${more}`;
  return client.expect(listSchema, 200, 'GET', `/containers/json?${words}`);
}

/** Lists of containers, and their filters. */
export const listCases: readonly SuiteCase[] = [
  {
    name: 'a list shows running containers, and all containers on request',
    async run(place) {
      const label = { label: [`place=${place.prefix}`] };
      const labels = { Labels: { place: place.prefix } };
      const up = await place.run('sleep 1000', labels, `${place.prefix}-up`);
      const idle = await place.create('exit 0', labels, `${place.prefix}-idle`);
      const over = await place.run('exit 6', labels, `${place.prefix}-over`);
      await place.wait(over);
      // Docker's list shows an exit slightly later than `wait` does.
      const [only] = await place.until(
        () => list(place, label),
        (found) => found.length === 1,
      );
      equal(only?.Id, up);
      const all = await list(place, label, '&all=1');
      // The newest first.
      deepEqual(
        all.map(({ Id }) => Id),
        [over, idle, up],
      );
      deepEqual(
        all.map(({ State }) => State),
        ['exited', 'created', 'running'],
      );
      match(all[0]?.Status ?? '', /^Exited \(6\) .* ago$/);
      equal(all[1]?.Status, 'Created');
      match(all[2]?.Status ?? '', /^Up /);
      deepEqual(all[2]?.Names, [`/${place.prefix}-up`]);
      equal(all[2]?.Image, place.image);
      equal(all[2]?.Command, "sh -c 'sleep 1000'");
      equal(all[2]?.Labels.place, place.prefix);
    },
  },
  {
    name: 'filters by name, status, exit code and ID',
    async run(place) {
      const names = { name: [place.prefix] };
      const up = await place.run('sleep 1000', {}, `${place.prefix}-up`);
      const over = await place.run('exit 6', {}, `${place.prefix}-over`);
      await place.wait(over);
      const found = async (filters: Record<string, string[]>) =>
        (await list(place, { ...names, ...filters }, '&all=1')).map(({ Id }) => Id);
      deepEqual(await found({}), [over, up]);
      deepEqual(await found({ status: ['running'] }), [up]);
      deepEqual(await found({ exited: ['6'] }), [over]);
      deepEqual(await found({ id: [up.slice(0, 20)] }), [up]);
      deepEqual(await found({ status: ['paused'] }), []);
    },
  },
  {
    name: 'a limit also counts stopped containers',
    async run(place) {
      const id = await place.create('exit 0');
      const filters = { name: [place.prefix] };
      deepEqual(
        (await list(place, filters, '&limit=1')).map(({ Id }) => Id),
        [id],
      );
    },
  },
  {
    name: 'an unknown filter is refused',
    async run({ client }) {
      const [status, message] = await client.refusal('GET', '/containers/json?filters={"x":["y"]}');
      equal(status, 400);
      equal(message, "invalid filter 'x'");
    },
  },
];

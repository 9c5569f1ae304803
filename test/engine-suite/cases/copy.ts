import { deepEqual, equal } from 'node:assert/strict';
import { writeTar } from '../../../guest-agent/store/testing/tar-writer.ts';
import { framesOf } from '../client.ts';
import type { SuiteCase } from '../place.ts';

/** Copying files into and out of a container. */
export const copyCases: readonly SuiteCase[] = [
  {
    name: 'a file that is copied into a container is there when it runs',
    async run(place) {
      const id = await place.create('cat /tmp/note');
      const archive = writeTar([{ name: 'note', content: 'hello\n' }]);
      const put = ['PUT', `/containers/${id}/archive?path=/tmp`, archive] as const;
      equal((await place.client.call(...put)).status, 200);
      const got = await place.client.bytes(`/containers/${id}/archive?path=/tmp/note`);
      equal(got.includes('hello\n'), true);
      await place.start(id);
      equal(await place.wait(id), 0);
      const log = await place.client.bytes(`/containers/${id}/logs?stdout=1`);
      equal(framesOf(log).stdout, 'hello\n');
    },
  },
  {
    name: 'a file that does not exist',
    async run(place) {
      const id = await place.create('exit 0');
      const path = `/containers/${id}/archive?path=/nothing`;
      deepEqual(await place.client.refusal('GET', path), [
        404,
        `Could not find the file /nothing in container ${id}`,
      ]);
    },
  },
];

import { deepEqual, equal, match } from 'node:assert/strict';
import type { SuiteCase } from '../place.ts';

/** Invalid requests, and the errors that engines answer. */
export const failureCases: readonly SuiteCase[] = [
  {
    name: 'an unknown path',
    async run({ client }) {
      deepEqual(await client.refusal('GET', '/nothing/here'), [404, 'page not found']);
    },
  },
  {
    name: 'a container that does not exist',
    async run({ client, prefix }) {
      const missing = [404, `No such container: ${prefix}`];
      for (const verb of ['start', 'stop', 'pause', 'restart', 'wait']) {
        deepEqual(await client.refusal('POST', `/containers/${prefix}/${verb}`), missing, verb);
      }
      deepEqual(await client.refusal('GET', `/containers/${prefix}/logs?stdout=1`), missing);
      deepEqual(await client.refusal('DELETE', `/containers/${prefix}`), missing);
    },
  },
  {
    name: 'an invalid signal and an invalid name',
    async run(place) {
      const id = await place.run('sleep 1000');
      const kill = `/containers/${id}/kill?signal=NONSENSE`;
      const [status, message] = await place.client.refusal('POST', kill);
      equal(status, 400);
      match(message, /invalid signal: NONSENSE/i);
      const [refused, said] = await place.client.refusal('POST', '/containers/create?name=a/b', {
        ...{ Image: place.image, Cmd: ['true'] },
      });
      equal(refused, 400);
      match(said, /Invalid container name \(a\/b\), only \[a-zA-Z0-9\]/);
    },
  },
  {
    name: 'a port that is already in use',
    async run(place) {
      const published = {
        ExposedPorts: { '80/tcp': {} },
        HostConfig: { PortBindings: { '80/tcp': [{ HostIp: '127.0.0.1', HostPort: '48231' }] } },
      };
      await place.run('sleep 1000', published);
      const id = await place.create('sleep 1000', published, `${place.prefix}-second`);
      const [status, message] = await place.client.refusal('POST', `/containers/${id}/start`);
      equal(status, 500);
      match(message, /48231.*port is already allocated/);
    },
  },
  {
    name: 'an unsupported API version',
    async run({ client }) {
      const [status, message] = await client.refusal('GET', '/v9.99/version');
      equal(status, 400);
      match(message, /client version 9\.99 is too new/);
    },
  },
];

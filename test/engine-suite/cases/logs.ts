import { deepEqual, equal, match } from 'node:assert/strict';
import { framesOf } from '../client.ts';
import type { SuiteCase } from '../place.ts';

const both = 'echo one; echo two >&2; echo three';

/** Logs of containers. */
export const logCases: readonly SuiteCase[] = [
  {
    name: 'a log has both streams in frames',
    async run(place) {
      const id = await place.run(both);
      await place.wait(id);
      const log = (query: string) => place.client.bytes(`/containers/${id}/logs?${query}`);
      const whole = framesOf(await log('stdout=1&stderr=1'));
      deepEqual(whole, { stdout: 'one\nthree\n', stderr: 'two\n' });
      deepEqual(framesOf(await log('stderr=1')), { stdout: '', stderr: 'two\n' });
      const [time] = framesOf(await log('stdout=1&timestamps=1')).stdout.split(' ');
      match(time ?? '', /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z$/);
    },
  },
  {
    name: 'tail returns the last lines',
    async run(place) {
      const id = await place.run('echo one; echo two; echo three');
      await place.wait(id);
      const tail = (lines: number) => `/containers/${id}/logs?stdout=1&tail=${lines}`;
      equal(framesOf(await place.client.bytes(tail(2))).stdout, 'two\nthree\n');
      equal(framesOf(await place.client.bytes(tail(0))).stdout, '');
    },
  },
  {
    name: 'a followed log ends when the container exits',
    async run(place) {
      const id = await place.run('echo first; sleep 0.3; echo last');
      const bytes = await place.client.bytes(`/containers/${id}/logs?stdout=1&follow=1`);
      equal(framesOf(bytes).stdout, 'first\nlast\n');
    },
  },
  {
    name: 'a terminal’s log is raw',
    async run(place) {
      const id = await place.run('echo one; echo two >&2', { Tty: true });
      await place.wait(id);
      const bytes = await place.client.bytes(`/containers/${id}/logs?stdout=1&stderr=1`);
      equal(bytes.toString(), 'one\r\ntwo\r\n');
    },
  },
  {
    name: 'a log without a stream is refused',
    async run(place) {
      const id = await place.create('exit 0');
      deepEqual(await place.client.refusal('GET', `/containers/${id}/logs`), [
        400,
        'Bad parameters: you must choose at least one stream',
      ]);
    },
  },
  {
    name: 'a container without a log can’t be read',
    async run(place) {
      const id = await place.run('echo one', { HostConfig: { LogConfig: { Type: 'none' } } });
      await place.wait(id);
      deepEqual(await place.client.refusal('GET', `/containers/${id}/logs?stdout=1`), [
        501,
        'configured logging driver does not support reading',
      ]);
    },
  },
];

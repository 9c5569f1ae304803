import { equal, match } from 'node:assert/strict';
import { buffer } from 'node:stream/consumers';
import { framesOf, readUntil } from '../client.ts';
import type { SuiteCase } from '../place.ts';

const INTERACTIVE = { AttachStdin: true, OpenStdin: true, StdinOnce: true };

/** The input and output of a container's process. */
export const attachCases: readonly SuiteCase[] = [
  {
    name: 'the process gets the input, and sees its end',
    async run(place) {
      const id = await place.create('cat', INTERACTIVE);
      const query = 'stream=1&stdin=1&stdout=1&stderr=1';
      const socket = await place.client.hijack(`/containers/${id}/attach?${query}`);
      await place.start(id);
      socket.end('hello\n');
      equal(framesOf(await buffer(socket)).stdout, 'hello\n');
      equal(await place.wait(id), 0);
    },
  },
  {
    name: 'a client that attaches before the start gets all output',
    async run(place) {
      const id = await place.create('echo out; echo err >&2; exit 2');
      const socket = await place.client.hijack(
        `/containers/${id}/attach?stream=1&stdout=1&stderr=1`,
      );
      const waited = place.wait(id, 'next-exit');
      await place.start(id);
      const { stdout, stderr } = framesOf(await buffer(socket));
      equal(stdout, 'out\n');
      equal(stderr, 'err\n');
      equal(await waited, 2);
    },
  },
  {
    name: 'a terminal echoes, has a size and ends with its shell',
    async run(place) {
      const id = await place.create('', { ...INTERACTIVE, Tty: true, Cmd: ['sh'] });
      const socket = await place.client.hijack(
        `/containers/${id}/attach?stream=1&stdin=1&stdout=1`,
      );
      await place.start(id);
      await readUntil(socket, '# ');
      const resize = `/containers/${id}/resize?h=30&w=100`;
      equal((await place.client.call('POST', resize)).status, 200);
      socket.write('stty size\r');
      match(await readUntil(socket, '30 100'), /stty size\r\n/);
      socket.write('exit 5\r');
      await buffer(socket);
      equal(await place.wait(id), 5);
    },
  },
];

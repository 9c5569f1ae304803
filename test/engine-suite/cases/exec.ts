import { deepEqual, equal, match } from 'node:assert/strict';
import { buffer } from 'node:stream/consumers';
import * as z from 'zod';
import { framesOf } from '../client.ts';
import type { Place, SuiteCase } from '../place.ts';

const execSchema = z.looseObject({ Running: z.boolean(), ExitCode: z.number().nullable() });

async function create({ client }: Place, id: string, body: object): Promise<string> {
  const made = z.object({ Id: z.string() });
  const path = `/containers/${id}/exec`;
  const wanted = { AttachStdout: true, AttachStderr: true, ...body };
  return (await client.expect(made, 201, 'POST', path, wanted)).Id;
}

/** More processes in a container. */
export const execCases: readonly SuiteCase[] = [
  {
    name: 'an exec has streams and an exit code of its own',
    async run(place) {
      const id = await place.run('sleep 1000');
      const exec = await create(place, id, { Cmd: ['sh', '-c', 'echo in; echo bad >&2; exit 9'] });
      const socket = await place.client.hijack(`/exec/${exec}/start`, { Detach: false });
      deepEqual(framesOf(await buffer(socket)), { stdout: 'in\n', stderr: 'bad\n' });
      const state = await place.client.expect(execSchema, 200, 'GET', `/exec/${exec}/json`);
      deepEqual([state.Running, state.ExitCode], [false, 9]);
      equal((await place.inspect(id)).State.Running, true);
    },
  },
  {
    name: 'an exec reads its input',
    async run(place) {
      const id = await place.run('sleep 1000');
      const exec = await create(place, id, { Cmd: ['cat'], AttachStdin: true });
      const socket = await place.client.hijack(`/exec/${exec}/start`, {});
      socket.end('typed\n');
      equal(framesOf(await buffer(socket)).stdout, 'typed\n');
    },
  },
  {
    name: 'the request that starts an exec says whether the output is framed',
    async run(place) {
      const id = await place.run('sleep 1000');
      for (const start of [{}, { Tty: false }, { Tty: true }]) {
        const exec = await create(place, id, { Cmd: ['echo', 'out'], Tty: true });
        const socket = await place.client.hijack(`/exec/${exec}/start`, start);
        const output = await buffer(socket);
        equal('Tty' in start && start.Tty ? String(output) : framesOf(output).stdout, 'out\r\n');
      }
    },
  },
  {
    name: 'an exec has the requested environment',
    async run(place) {
      const id = await place.run('sleep 1000', { Env: ['A=container'] });
      const exec = await create(place, id, { Cmd: ['sh', '-c', 'echo $A $B'], Env: ['B=exec'] });
      const socket = await place.client.hijack(`/exec/${exec}/start`, {});
      equal(framesOf(await buffer(socket)).stdout, 'container exec\n');
    },
  },
  {
    name: 'a detached exec runs to its end',
    async run(place) {
      const id = await place.run('sleep 1000');
      const exec = await create(place, id, { Cmd: ['sh', '-c', 'exit 4'] });
      const start = ['POST', `/exec/${exec}/start`, { Detach: true }] as const;
      equal((await place.client.call(...start)).status, 200);
      const { ExitCode } = await place.until(
        () => place.client.expect(execSchema, 200, 'GET', `/exec/${exec}/json`),
        ({ Running }) => !Running,
      );
      equal(ExitCode, 4);
    },
  },
  {
    name: 'an exec is refused if the container does not run',
    async run(place) {
      const id = await place.create('exit 0');
      const [status, message] = await place.client.refusal('POST', `/containers/${id}/exec`, {
        Cmd: ['true'],
      });
      equal(status, 409);
      match(message, new RegExp(`^container ${id} is not running$`));
    },
  },
  {
    name: 'an exec that does not exist',
    async run({ client }) {
      deepEqual(await client.refusal('GET', '/exec/abc/json'), [404, 'No such exec instance: abc']);
    },
  },
];

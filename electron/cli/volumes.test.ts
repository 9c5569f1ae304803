import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  type ScriptedEngine,
  startScriptedEngine,
} from '../host/engine/testing/scripted-engine.ts';
import { runWords } from './testing/run.ts';

let engine: ScriptedEngine;
beforeEach(async () => {
  engine = await startScriptedEngine();
});
afterEach(() => engine[Symbol.asyncDispose]());

const run = (line: string, surroundings = {}) => runWords(engine, line.split(' '), surroundings);
const lines = (...parts: string[]) => `${parts.join('\n')}\n`;

const volume = (Name: string, Labels: Record<string, string> | null = null) => ({
  ...{ Name, Labels, Driver: 'local', Mountpoint: `/volumes/${Name}`, Scope: 'local' },
});

test('volume create sends the values of its flags, and prints the name', async () => {
  engine.json('POST /volumes/create', volume('data'), 201);
  const created = await run(
    'volume create --label a=1 --label b -o type=tmpfs -o device=tmpfs -o o=size=1m,ro data',
  );
  expect(created).toEqual({ exitCode: 0, stdout: 'data\n', stderr: '' });
  expect(engine.requests[0]?.body).toEqual({
    Name: 'data',
    Labels: { a: '1', b: '' },
    DriverOpts: { type: 'tmpfs', device: 'tmpfs', o: 'size=1m,ro' },
  });
});

test('volume ls, by name, with formats and filters', async () => {
  engine.json('GET /volumes', { Volumes: [volume('web', { tier: 'front' }), volume('db')] });
  expect((await run('volume ls')).stdout).toBe(
    lines('DRIVER    VOLUME NAME', 'local     db', 'local     web'),
  );
  const format = '{{.Name}}:{{.Label "tier"}}';
  expect((await runWords(engine, ['volume', 'ls', '--format', format])).stdout).toBe(
    lines('db:', 'web:front'),
  );
  expect((await run('volume ls -q -f dangling=true')).stdout).toBe(lines('db', 'web'));
  expect(engine.requests.at(-1)?.query).toEqual({ filters: '{"dangling":["true"]}' });
});

test('volume rm reports the volume that failed', async () => {
  engine.answer('DELETE /volumes/a', (_, response) => void response.writeHead(204).end());
  engine.json('DELETE /volumes/b', { message: 'remove b: volume is in use - [c0ffee]' }, 409);
  expect(await run('volume rm a b')).toEqual({
    exitCode: 1,
    stdout: 'a\n',
    stderr: 'berth: remove b: volume is in use - [c0ffee]\n',
  });
});

test('volume prune asks first; with --all it removes named volumes too', async () => {
  engine.json('POST /volumes/prune', { VolumesDeleted: ['a'], SpaceReclaimed: 4096 });
  engine.json('GET /prune', { Volumes: [{ Name: 'a', Size: 4096 }], SpaceReclaimed: 4096 });
  expect((await run('volume prune', { stdin: 'n\n' })).stdout).toContain(
    'This will remove anonymous local volumes not used by at least one container:\n      a (4.096kB)\n',
  );
  expect(engine.requests.map(({ method, path }) => `${method} ${path}`)).toEqual(['GET /prune']);
  expect((await run('volume prune --all --force --filter label=old')).stdout).toBe(
    lines('Deleted Volumes:', 'a', '', 'Total reclaimed space: 4.096kB'),
  );
  expect(engine.requests.at(-1)?.query).toEqual({
    filters: '{"label":["old"],"all":["true"]}',
  });
});

test('volume inspect prints the document', async () => {
  engine.json('GET /volumes/data', volume('data'));
  expect((await run('volume inspect --format {{.Mountpoint}} data')).stdout).toBe(
    '/volumes/data\n',
  );
});

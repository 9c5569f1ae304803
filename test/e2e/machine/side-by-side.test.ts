import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { createHost } from '../../../electron/host/host.ts';
import { berth, output } from '../berth.ts';

/* A second machine, beside the one that the run shares: small, as both run at once. */
let directory: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'berth-side-'));
  await output('machine', 'create', 'second', '--cpus', '1', '--memory', '1g', '--disk', '4g');
  await output('machine', 'start', 'second');
});

afterAll(async () => {
  const home = inject('home');
  if ((await createHost({ home }).machines.list()).includes('second')) {
    await berth(['machine', 'rm', '--force', 'second']);
  }
  await rm(directory, { recursive: true, force: true });
});

const second = (...words: string[]) => output('--machine', 'second', ...words);

test('two machines run at once, each with sizes, a name and a data disk of its own', async () => {
  const listed = await output('machine', 'ls', '--format', '{{.Name}} {{.State}} {{.Memory}}');
  expect(listed.split('\n')).toEqual(['default running 2GiB', 'second running 1GiB']);
  expect(await output('machine', 'ssh', 'second', 'hostname')).toBe('berth-second');
  expect(await output('machine', 'ssh', 'default', 'hostname')).toBe('berth-default');
  const record = JSON.parse(
    await output('machine', 'ssh', 'second', 'cat /var/lib/berth/format.json'),
  );
  expect(record).toMatchObject({ format: 1, engine: expect.any(String) });
});

test('what one runs, the other does not know of', async () => {
  await second('run', '--detach', '--name', 'beside', 'busybox', 'sleep', '600');
  expect(await second('ps', '--format', '{{.Names}}')).toBe('beside');
  expect(await output('ps', '--all', '--format', '{{.Names}}')).not.toContain('beside');
});

test('cp takes files and folders in and out, whatever they are called', async () => {
  const folder = join(directory, 'a folder: ü');
  await mkdir(join(folder, 'inner'), { recursive: true });
  await writeFile(join(folder, 'inner', 'résumé'), 'text');
  await output('machine', 'cp', folder, 'second:/root/copied');
  expect(await output('machine', 'ssh', 'second', 'cat /root/copied/inner/*')).toBe('text');
  await second('machine', 'cp', ':/root/copied', join(directory, 'back'));
  expect(await readFile(join(directory, 'back', 'inner', 'résumé'), 'utf8')).toBe('text');
  const missing = await berth(['machine', 'cp', 'second:/root/none', directory]);
  expect(missing.exitCode).toBe(1);
});

test('doctor finds a machine that runs well', async () => {
  const { stdout } = await berth(['doctor', 'second', '--json']);
  const found = JSON.parse(stdout) as { name: string; status: string }[];
  const status = Object.fromEntries(found.map(({ name, status }) => [name, status]));
  // Names and registries depend on the network around.
  expect(status).toMatchObject({
    ...{ QEMU: 'ok', image: 'ok', 'data disk': 'ok', supervisor: 'ok', machine: 'ok' },
    ...{ engine: 'ok', clock: 'ok' },
  });
});

test('rm takes the second away, and leaves the first running', async () => {
  await output('machine', 'rm', '--force', 'second');
  expect(await output('machine', 'ls', '--quiet')).toBe('default');
  expect(await output('machine', 'status', '--format', '{{.state}}')).toBe('running');
});

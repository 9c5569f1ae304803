import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { createHost } from '../../../electron/host/host.ts';
import { berth, output } from '../berth.ts';

/* A second VM, beside the VM that all tests share. It is small, as both run at the same time. */
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

test('two VMs run at the same time, each with its own sizes, name and data disk', async () => {
  const listed = await output('machine', 'ls', '--format', '{{.Name}} {{.State}} {{.Memory}}');
  expect(listed.split('\n')).toEqual(['default running 2GiB', 'second running 1GiB']);
  expect(await output('machine', 'ssh', 'second', 'hostname')).toBe('berth-second');
  expect(await output('machine', 'ssh', 'default', 'hostname')).toBe('berth-default');
  const record = JSON.parse(
    await output('machine', 'ssh', 'second', 'cat /var/lib/berth/format.json'),
  );
  expect(record).toMatchObject({ format: 1, engine: expect.any(String) });
});

test('one VM doesn’t see the containers of the other', async () => {
  await second('run', '--detach', '--name', 'beside', 'busybox', 'sleep', '600');
  expect(await second('ps', '--format', '{{.Names}}')).toBe('beside');
  expect(await output('ps', '--all', '--format', '{{.Names}}')).not.toContain('beside');
});

test('cp copies files and folders in and out, with any names', async () => {
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

test('doctor finds nothing wrong with the VM', async () => {
  const { stdout } = await berth(['doctor', 'second', '--json']);
  const found = JSON.parse(stdout) as { name: string; status: string }[];
  const status = Object.fromEntries(found.map(({ name, status }) => [name, status]));
  // Names and registries depend on the network of the host.
  expect(status).toMatchObject({
    ...{ QEMU: 'ok', image: 'ok', 'data disk': 'ok', supervisor: 'ok', machine: 'ok' },
    ...{ engine: 'ok', clock: 'ok' },
  });
});

test('rm removes the second VM, and the first keeps running', async () => {
  await output('machine', 'rm', '--force', 'second');
  expect(await output('machine', 'ls', '--quiet')).toBe('default');
  expect(await output('machine', 'status', '--format', '{{.state}}')).toBe('running');
});

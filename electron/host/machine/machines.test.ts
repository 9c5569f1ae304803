import { existsSync } from 'node:fs';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { temporaryDirectory } from '../base/testing/temporary-directory.ts';
import { acquireLock } from '../home/lock.ts';
import { machinePaths } from '../home/paths.ts';
import { createHost } from '../host.ts';
import { createMachines } from './machines.ts';

test('the default machine is there without being made', async () => {
  const machines = createMachines(join(await temporaryDirectory(), 'home'));
  expect(await machines.list()).toEqual(['default']);
  expect(machines.current()).toBe('default');
});

test('a new VM has its own sizes and shares the other settings', async () => {
  const home = await temporaryDirectory();
  await createHost({ home }).settings.update({ cpus: 2, memoryMiB: 3000 });
  await createMachines(home).create('work', { cpus: 1, diskGiB: 8 });
  expect(await createMachines(home).list()).toEqual(['default', 'work']);
  const work = createHost({ home, machine: 'work' });
  expect(await work.settings.read()).toMatchObject({ cpus: 1, memoryMiB: 3000, diskGiB: 8 });
  expect(await work.machine.status()).toMatchObject({ name: 'work', state: 'stopped', cpus: 1 });
  expect(await createHost({ home }).settings.read()).toMatchObject({ cpus: 2, diskGiB: 64 });
});

test('what cannot be made leaves nothing behind', async () => {
  const home = await temporaryDirectory();
  const machines = createMachines(home);
  await machines.create('work', {});
  await expect(machines.create('work', {})).rejects.toThrow('already');
  await expect(machines.create('default', {})).rejects.toThrow('already');
  await expect(machines.create('../out', {})).rejects.toThrow('is not a valid VM name');
  await expect(machines.create('huge', { diskGiB: 1e9 })).rejects.toMatchObject({
    code: 'invalid',
  });
  expect(await readdir(join(home, 'machines'))).toEqual(['work']);
});

test('the current machine is the one that was chosen, unless the environment says otherwise', async () => {
  const home = await temporaryDirectory();
  const machines = createMachines(home);
  await machines.create('work', {});
  await machines.create('play', {});
  await machines.use('work');
  expect(createHost({ home }).name).toBe('work');
  expect(createHost({ home, machine: 'default' }).name).toBe('default');
  vi.stubEnv('BERTH_MACHINE', 'play');
  expect(createHost({ home }).name).toBe('play');
  vi.unstubAllEnvs();
  await machines.use('default');
  expect(createHost({ home }).name).toBe('default');
  await expect(machines.use('none')).rejects.toThrow('There is no VM named "none"');
  expect(() => createHost({ home, machine: 'none' })).toThrow(
    expect.objectContaining({ hint: expect.stringContaining('create none') }),
  );
});

test.each(['', '\u0000\u0000\u0000', 'Wor/'])(
  'a damaged choice of the current machine (%j) keeps no command from working',
  async (content) => {
    const home = await temporaryDirectory();
    const machines = createMachines(home);
    await machines.create('work', {});
    await machines.use('work');
    await writeFile(join(home, 'current-machine'), content);
    expect(createHost({ home }).name).toBe('default');
    expect(await machines.list()).toEqual(['default', 'work']);
  },
);

test('a removed VM loses all its files and can’t be used', async () => {
  const home = await temporaryDirectory();
  const machines = createMachines(home);
  await machines.create('work', {});
  await machines.create('play', {});
  await machines.use('work');
  await writeFile(machinePaths(home, 'work').dataDisk, 'data');
  await machines.remove('work');
  expect(await machines.list()).toEqual(['default', 'play']);
  expect(machines.current()).toBe('default');
  expect(await readdir(join(home, 'machines'))).toEqual(['play']);
  await expect(machines.remove('work')).rejects.toThrow('no VM');
});

test('the remains of an interrupted removal are not a VM, and the next change deletes them', async () => {
  const home = await temporaryDirectory();
  await mkdir(join(home, 'machines', '.removed-work.0badcafe'), { recursive: true });
  const machines = createMachines(home);
  expect(await machines.list()).toEqual(['default']);
  await machines.create('work', {});
  expect(await readdir(join(home, 'machines'))).toEqual(['work']);
});

test('removal waits for a background process that is about to exit', async () => {
  const home = await temporaryDirectory();
  const machines = createMachines(home);
  await machines.create('work', {});
  const paths = machinePaths(home, 'work');
  const lock = acquireLock(paths.lock);
  const removal = machines.remove('work');
  await vi.waitFor(() => expect(existsSync(paths.directory)).toBe(true));
  lock?.release();
  await removal;
  expect(existsSync(paths.directory)).toBe(false);
});

test('watchers don’t bring a removed VM back', async () => {
  const home = await temporaryDirectory();
  const machines = createMachines(home);
  await machines.create('work', {});
  const { machine, settings } = createHost({ home, machine: 'work' });
  const ending = new AbortController();
  onTestFinished(() => ending.abort());
  const states = machine.watch(ending.signal)[Symbol.asyncIterator]();
  expect((await states.next()).value).toMatchObject({ state: 'stopped' });
  const end = states.next();
  end.catch(() => {});
  await machines.remove('work');
  await expect(end).rejects.toThrow('There is no VM named "work"');
  await expect(machine.start()).rejects.toThrow('There is no VM named "work"');
  await expect(settings.update({ cpus: 1 })).rejects.toThrow();
  await expect(settings.changes(ending.signal)[Symbol.asyncIterator]().next()).rejects.toThrow();
  expect(await machines.list()).toEqual(['default']);
});

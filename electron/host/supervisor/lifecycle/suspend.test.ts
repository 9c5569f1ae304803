import { existsSync } from 'node:fs';
import { readFile, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { ownerOnly } from '../../../../guest-agent/testing/on-windows.ts';
import type { MachineStatus } from '../../../api/machine.ts';
import type { Settings } from '../../../api/settings.ts';
import { temporaryDirectory } from '../../base/testing/temporary-directory.ts';
import { machinePaths } from '../../home/paths.ts';
import { defaultSettings } from '../../settings/store.ts';
import { createSwitchedSocket } from '../bridge/switched-socket.ts';
import type { MachineContext } from '../machine.ts';
import { createFakeMachine } from '../testing/fake-machine.ts';
import type { Fault } from '../testing/guest.ts';
import { Lifecycle } from './lifecycle.ts';

interface Surroundings {
  readonly home?: string;
  readonly fault?: Fault;
  readonly image?: string;
  readonly settings?: Partial<Settings>;
}

/** A lifecycle as a supervisor makes it; several of one home are one after the other. */
async function prepare({ home, fault, image = 'first', settings }: Surroundings = {}) {
  const place = home ?? (await temporaryDirectory());
  const paths = machinePaths(place, 'test');
  const context: MachineContext = {
    ...{ paths, accelerationRecord: '', architecture: 'amd64' },
    image: () => ({ kernel: '', initrd: '', root: '' }),
  };
  const machine = createFakeMachine(context, fault);
  onTestFinished(() => machine.kill());
  const lifecycle = new Lifecycle({
    ...{ name: 'test', machine, paths, graceMs: 600 },
    engineSocket: createSwitchedSocket(paths.engineSocket),
    settings: async () => ({ ...defaultSettings(), cpus: 3, diskGiB: 1 / 64, ...settings }),
    image: async () => ({ dataFormat: 1, id: image }),
    initial: { name: 'test', driver: 'fake', state: 'stopped', ...defaultSettings() },
  });
  const seen: MachineStatus[] = [];
  lifecycle.events.on('status', (status) => seen.push(status));
  const isSaved = () => [existsSync(paths.savedState), existsSync(paths.savedMemory)];
  return { home: place, lifecycle, machine, paths, seen, isSaved };
}

/** One that has been suspended, by a supervisor that has gone since. */
async function suspended() {
  const first = await prepare();
  await first.lifecycle.start();
  await first.lifecycle.suspend();
  return first;
}

test('a suspended VM exists only on disk, and a start resumes it', async () => {
  const { lifecycle, machine, paths, seen, isSaved } = await prepare();
  await lifecycle.start();
  const { applied } = lifecycle.status;
  await lifecycle.suspend();
  expect(seen.slice(-2).map(({ state }) => state)).toEqual(['suspending', 'suspended']);
  expect(await machine.status()).toEqual({ state: 'stopped' });
  expect(existsSync(paths.engineSocket)).toBe(false);
  expect(isSaved()).toEqual([true, true]);
  expect((await stat(paths.savedMemory)).mode & 0o777).toBe(ownerOnly);
  await lifecycle.suspend();

  await lifecycle.start();
  expect(lifecycle.status).toMatchObject({ state: 'running', applied });
  expect(lifecycle.status.startNote).toBeUndefined();
  expect(isSaved()).toEqual([false, false]);
  // The console is that of the boot before, which both belong to.
  const console = await readFile(paths.console, 'utf8');
  expect(console.match(/engine: (sleep|wake)/g)).toEqual(['engine: sleep', 'engine: wake']);
});

test('what was saved is gone before the guest runs on', async () => {
  const { lifecycle, machine, isSaved } = await suspended();
  let then: boolean[] | undefined;
  const { proceed } = machine;
  machine.proceed = () => {
    then = isSaved();
    return proceed();
  };
  await lifecycle.start();
  expect(then).toEqual([false, false]);
});

test.each<[string, Surroundings, string]>([
  ['another image', { image: 'second' }, 'its image was replaced'],
  [
    'other settings',
    { settings: { memoryMiB: 4096 } },
    'its settings, shared folders or hypervisor have changed',
  ],
])('a VM with %s boots and says why', async (_, change, reason) => {
  const { home } = await suspended();
  const { lifecycle, machine, isSaved } = await prepare({ home, ...change });
  machine.restore = () => Promise.reject(new Error('it must not be loaded'));
  expect(await lifecycle.adopt()).toBe(false);
  expect(lifecycle.status.state).toBe('suspended');
  await lifecycle.start();
  expect(lifecycle.status).toMatchObject({
    state: 'running',
    startNote: expect.stringContaining(reason),
  });
  expect(isSaved()).toEqual([false, false]);
});

test('a VM whose disk was written to meanwhile boots', async () => {
  const { lifecycle, machine, paths } = await suspended();
  await utimes(paths.dataDisk, new Date(), new Date());
  machine.restore = () => Promise.reject(new Error('it must not be loaded'));
  await lifecycle.start();
  expect(lifecycle.status.startNote).toContain('its data disk has changed');
});

test('memory that cannot be loaded is discarded, and the machine boots', async () => {
  const { lifecycle, paths, isSaved } = await suspended();
  await writeFile(paths.savedMemory, 'half of it');
  await lifecycle.start();
  expect(lifecycle.status).toMatchObject({
    state: 'running',
    startNote: expect.stringContaining('this is not saved memory'),
  });
  expect(isSaved()).toEqual([false, false]);
});

test('a hypervisor that does not start leaves what was saved for another try', async () => {
  const { home } = await suspended();
  const { lifecycle, machine, isSaved } = await prepare({ home });
  const { restore } = machine;
  machine.restore = () => Promise.reject(new Error('no memory is free'));
  await expect(lifecycle.start()).rejects.toThrow('no memory is free');
  expect(isSaved()).toEqual([true, true]);
  machine.restore = restore;
  await lifecycle.start();
  expect(lifecycle.status.startNote).toBeUndefined();
});

test('a VM that couldn’t resume keeps its saved state when Berth leaves the VM', async () => {
  const { home } = await suspended();
  const { lifecycle, machine, isSaved } = await prepare({ home });
  machine.restore = () => Promise.reject(new Error('no hypervisor is installed'));
  await expect(lifecycle.start()).rejects.toThrow('no hypervisor is installed');
  expect(lifecycle.status.state).toBe('failed');
  await lifecycle.leave();
  expect(isSaved()).toEqual([true, true]);
});

test('a VM that can’t be saved keeps running', async () => {
  const { lifecycle, machine, paths, isSaved } = await prepare({ fault: 'save' });
  await lifecycle.start();
  const before = lifecycle.status;
  await expect(lifecycle.suspend()).rejects.toMatchObject({
    code: 'machine-failed',
    message: expect.stringContaining('keeps running: the fake hypervisor cannot save'),
  });
  expect(lifecycle.status).toEqual(before);
  expect(await machine.status()).toMatchObject({ state: 'running', held: false });
  expect(isSaved()).toEqual([false, false]);
  expect(await readFile(paths.console, 'utf8')).toContain('engine: wake');
});

test('the engine’s refusal is reported, and nothing changes', async () => {
  const { lifecycle, machine, paths } = await prepare();
  await lifecycle.start();
  const refusal = {
    message: "Can't suspend while shared folders are in use. Stop these containers first: web, db",
  };
  await writeFile(join(paths.directory, 'refusal.json'), JSON.stringify(refusal));
  machine.save = () => Promise.reject(new Error('it must not be saved'));
  await expect(lifecycle.suspend()).rejects.toMatchObject({
    code: 'invalid',
    message: refusal.message,
    hint: undefined,
  });
  expect(lifecycle.status.state).toBe('running');
});

test('only a machine that runs can be suspended', async () => {
  const { lifecycle } = await prepare();
  await expect(lifecycle.suspend()).rejects.toMatchObject({ code: 'machine-not-running' });
});

test('stop and kill discard what was saved; the end of the supervisor does not', async () => {
  for (const end of ['stop', 'kill'] as const) {
    const { lifecycle, isSaved } = await suspended();
    await lifecycle.leave();
    expect(isSaved()).toEqual([true, true]);
    await lifecycle[end]();
    expect(lifecycle.status.state).toBe('stopped');
    expect(isSaved()).toEqual([false, false]);
  }
});

test('kill does not wait for a save in progress', async () => {
  const { lifecycle, machine, isSaved } = await prepare();
  await lifecycle.start();
  const saving = Promise.withResolvers<void>();
  machine.save = async () => {
    saving.resolve();
    await machine.exited();
    throw new Error('the hypervisor has gone');
  };
  const suspending = lifecycle.suspend();
  suspending.catch(() => {});
  await saving.promise;
  await lifecycle.kill();
  await expect(suspending).rejects.toMatchObject({ code: 'cancelled' });
  expect(lifecycle.status.state).toBe('stopped');
  expect(isSaved()).toEqual([false, false]);
});

test('a guest that was held when its supervisor was killed runs on', async () => {
  const { home, lifecycle, machine, paths } = await prepare();
  await lifecycle.start();
  await machine.save();
  const { lifecycle: next, machine: found } = await prepare({ home });
  expect(await next.adopt()).toBe(true);
  await next.start();
  expect(await found.status()).toMatchObject({ state: 'running', held: false });
  expect(existsSync(paths.savedMemory)).toBe(false);
  expect(await readFile(paths.console, 'utf8')).toContain('engine: wake');
});

test('a guest that was loaded and not yet let go is loaded once more', async () => {
  const { home, machine, isSaved } = await suspended();
  await machine.restore({ cpus: 3, memoryMiB: 1, diskGiB: 1, shares: [], accelerator: 'fake' });
  const { lifecycle: next, machine: found } = await prepare({ home });
  expect(await next.adopt()).toBe(false);
  expect(await found.status()).toEqual({ state: 'stopped' });
  expect(next.status.state).toBe('suspended');
  expect(isSaved()).toEqual([true, true]);
  await next.start();
  expect(next.status.startNote).toBeUndefined();
});

test('memory without its record is not a suspended VM', async () => {
  const { home, paths } = await suspended();
  await writeFile(paths.savedState, '{"half":');
  const { lifecycle } = await prepare({ home });
  await lifecycle.start();
  expect(lifecycle.status.startNote).toContain("can't be read");
});

test('a VM whose resources changed while it ran resumes with them', async () => {
  const settings: Partial<Settings> = { memoryMiB: 2048 };
  const first = await prepare({ settings });
  await first.lifecycle.start();
  Object.assign(settings, { cpus: 1, memoryMiB: 1792, diskGiB: 1 / 32 });
  await first.lifecycle.adjust();
  await first.lifecycle.suspend();
  const { lifecycle, machine } = await prepare({ home: first.home, settings });
  const { restore } = machine;
  let loaded: object = {};
  machine.restore = (spec) => {
    loaded = spec;
    return restore(spec);
  };
  await lifecycle.adopt();
  await lifecycle.start();
  expect(lifecycle.status.startNote).toBeUndefined();
  expect(lifecycle.status).toMatchObject({ cpus: 1, memoryMiB: 1792, diskGiB: 1 / 32 });
  // The hypervisor has to be as it was when the guest booted.
  expect(loaded).toMatchObject({ cpus: 3, memoryMiB: 2048 });
});

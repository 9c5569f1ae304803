import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { expect, test, vi } from 'vitest';
import { readLaunch } from '../../home/launch-record.ts';
import { isSuspended, keepSavedState } from '../../home/saved-state.ts';
import { type Behaviours, prepareMachine } from './testing/stand-in-machine.ts';

// Several processes are started one after the other.
vi.setConfig({ testTimeout: 60_000 });

/** The home of a machine that was suspended. */
async function suspended(settings: object): Promise<string> {
  const { home, lifecycle, paths } = await prepareMachine({}, { settings });
  await lifecycle.start();
  await lifecycle.stop();
  const launch = await readLaunch(paths);
  if (!launch) throw new Error('the machine left no record of its launch');
  await writeFile(paths.savedMemory, 'what it had in memory');
  await keepSavedState(paths, launch);
  return home;
}

const lacksMsr = 'qemu-system-x86_64: error: failed to set MSR 0x48f to 0x7fffff00036dfb';
const entryFailed = 'KVM: entry failed, hardware error 0x80000021';

test.each<[string, 'auto' | 'kvm', Behaviours['kvm'], string]>([
  ['does not load', 'auto', { does: 'ends while it loads', says: lacksMsr }, 'failed to set MSR'],
  ['does not load', 'kvm', { does: 'ends while it loads', says: lacksMsr }, 'failed to set MSR'],
  ['ends as it runs on', 'auto', { does: 'ends once resumed', says: entryFailed }, entryFailed],
  ['stops at once', 'auto', { does: 'stops once resumed', says: entryFailed }, entryFailed],
  ['stops soon', 'kvm', { does: 'stops once resumed', says: entryFailed, after: 100 }, entryFailed],
])('a saved state that %s is given up, KVM (by "%s") is not', async (_, accelerator, kvm, why) => {
  const settings = { accelerator };
  const home = await suspended(settings);
  const { lifecycle, paths, accelerationRecord, tried } = await prepareMachine(
    { ...(kvm && { kvm }) },
    { home, settings },
  );
  await lifecycle.adopt();
  expect(lifecycle.status.state).toBe('suspended');
  await lifecycle.start();
  expect(lifecycle.status).toMatchObject({ state: 'running', accelerator: 'kvm' });
  expect(lifecycle.status.startNote).toContain(
    "couldn't resume the suspended VM and booted it instead",
  );
  expect(lifecycle.status.startNote).toContain(why);
  expect(lifecycle.status.acceleratorNote).toBeUndefined();
  expect(tried()).toEqual(['kvm']);
  expect(JSON.parse(await readFile(accelerationRecord, 'utf8'))).toMatchObject({ works: true });
  expect([isSuspended(paths), existsSync(paths.savedMemory)]).toEqual([false, false]);
  await lifecycle.stop();
});

test('a KVM that fails before the saved state is loaded is found out all the same', async () => {
  const settings = { accelerator: 'auto' } as const;
  const home = await suspended(settings);
  const { lifecycle, tried } = await prepareMachine(
    { kvm: { does: 'exits', says: 'qemu-system-x86_64: kvm_init_vcpu failed' } },
    { home, settings },
  );
  await lifecycle.start();
  expect(tried()).toEqual(['kvm', 'tcg']);
  expect(lifecycle.status.acceleratorNote).toContain('kvm_init_vcpu failed');
  await lifecycle.stop();
});

import { readFile, writeFile } from 'node:fs/promises';
import { expect, test, vi } from 'vitest';
import { isAlive } from '../../base/process.ts';
import { type Behaviours, internalError, prepareMachine } from './testing/stand-in-machine.ts';

// Several processes are started one after the other.
vi.setConfig({ testTimeout: 60_000 });

test.each<[string, Behaviours, string]>([
  ['at once', { kvm: { does: 'stops', says: internalError } }, 'KVM internal error. Suberror: 1'],
  [
    'after 5 s',
    { kvm: { does: 'stops', says: internalError, after: 5_000 } },
    'KVM internal error. Suberror: 1',
  ],
  ['without a word', { kvm: { does: 'stops' } }, 'internal-error'],
  [
    'while the engine is waited for',
    { kvm: { does: 'stops late', says: internalError, after: 1_000 } },
    'KVM internal error',
  ],
  [
    'as it is launched',
    { kvm: { does: 'exits', says: 'qemu-system-x86_64: error: failed to set MSR 0x10a to 0x69' } },
    'failed to set MSR 0x10a to 0x69',
  ],
  [
    'by an end soon after',
    { kvm: { does: 'exits', says: 'qemu-system-x86_64: kvm_init_vcpu failed', after: 200 } },
    'kvm_init_vcpu failed',
  ],
  ['by an end without a word', { kvm: { does: 'exits' } }, 'exited unexpectedly (exit code 1)'],
  ['by a reset before Linux says a word', { kvm: { does: 'resets', after: 200 } }, 'sign of life'],
])(
  'a start that KVM fails %s continues with emulation, and says why',
  async (_, behaviours, reason) => {
    const { lifecycle, seen, tried } = await prepareMachine(behaviours);
    await lifecycle.start();
    expect(lifecycle.status).toMatchObject({ state: 'running', accelerator: 'tcg' });
    expect(tried()).toEqual(['kvm', 'tcg']);
    expect(lifecycle.status.acceleratorNote).toContain(reason);
    expect(lifecycle.status.acceleratorNote).toContain(
      'Berth emulates the processor, which is slow',
    );
    expect(seen.some(({ state }) => state === 'failed')).toBe(false);
    const pids = new Set(seen.flatMap(({ pid }) => (pid ? [pid] : [])));
    expect([...pids].filter(isAlive)).toEqual([lifecycle.status.pid]);
    await lifecycle.stop();
  },
);

test('the next start is emulated at once; another QEMU has KVM tried again', async () => {
  const broken: Behaviours = { kvm: { does: 'stops', says: internalError } };
  const { home, lifecycle } = await prepareMachine(broken);
  await lifecycle.start();
  await lifecycle.stop();

  const next = await prepareMachine(broken, { home });
  await next.lifecycle.start();
  expect(next.tried()).toEqual(['tcg']);
  expect(next.lifecycle.status.acceleratorNote).toContain('KVM internal error. Suberror: 1');
  expect(next.lifecycle.status.acceleratorNote).toContain('tries again');
  await next.lifecycle.stop();

  const updated = await prepareMachine({}, { home, version: '9.2.1' });
  await updated.lifecycle.start();
  expect(updated.lifecycle.status).toMatchObject({ state: 'running', accelerator: 'kvm' });
  expect(updated.lifecycle.status.acceleratorNote).toBeUndefined();
  await updated.lifecycle.stop();
});

test('a record that cannot be read is none', async () => {
  const { lifecycle, accelerationRecord, tried } = await prepareMachine({});
  await writeFile(accelerationRecord, '{"works":');
  await lifecycle.start();
  expect(tried()).toEqual(['kvm']);
  expect(JSON.parse(await readFile(accelerationRecord, 'utf8'))).toMatchObject({
    ...{ accelerator: 'kvm', works: true },
  });
  await lifecycle.stop();
});

test('a VM without a sign of life is retried with emulation', async () => {
  const { home, lifecycle, tried } = await prepareMachine(
    { kvm: { does: 'says nothing' } },
    { deadlineMs: 2_000 },
  );
  await lifecycle.start();
  expect(tried()).toEqual(['kvm', 'tcg']);
  expect(lifecycle.status.acceleratorNote).toContain('no sign of life');
  await lifecycle.stop();
  const next = await prepareMachine({}, { home });
  await next.lifecycle.start();
  expect(next.tried()).toEqual(['tcg']);
  await next.lifecycle.stop();
});

test('where KVM has run a guest, one silent start is not held against it', async () => {
  const { home, lifecycle } = await prepareMachine({});
  await lifecycle.start();
  await lifecycle.stop();
  const silent = await prepareMachine(
    { kvm: { does: 'says nothing' } },
    { home, deadlineMs: 2_000 },
  );
  await silent.lifecycle.start();
  expect(silent.lifecycle.status).toMatchObject({ state: 'running', accelerator: 'tcg' });
  await silent.lifecycle.stop();
  const next = await prepareMachine({}, { home });
  await next.lifecycle.start();
  expect(next.tried()).toEqual(['kvm']);
  await next.lifecycle.stop();
});

test('what fails emulated too is not KVM’s fault', async () => {
  const silent = { does: 'says nothing' } as const;
  const { home, lifecycle, tried } = await prepareMachine(
    { kvm: silent, tcg: silent },
    { deadlineMs: 500 },
  );
  await expect(lifecycle.start()).rejects.toMatchObject({ code: 'machine-failed' });
  expect(tried()).toEqual(['kvm', 'tcg']);
  const next = await prepareMachine({}, { home });
  await next.lifecycle.start();
  expect(next.tried()).toEqual(['kvm']);
  await next.lifecycle.stop();
});

test('an accelerator that the settings ask for is not replaced', async () => {
  const { lifecycle, tried } = await prepareMachine(
    { kvm: { does: 'stops', says: internalError } },
    { settings: { accelerator: 'kvm' } },
  );
  await expect(lifecycle.start()).rejects.toMatchObject({
    code: 'machine-failed',
    message: expect.stringContaining('KVM internal error. Suberror: 1'),
    hint: expect.stringContaining('"emulation"'),
  });
  expect(tried()).toEqual(['kvm']);
  expect(lifecycle.status.state).toBe('failed');
});

test('emulation can be chosen, and an accelerator of another system not', async () => {
  const emulated = await prepareMachine({}, { settings: { accelerator: 'emulation' } });
  await emulated.lifecycle.start();
  expect(emulated.tried()).toEqual(['tcg']);
  expect(emulated.lifecycle.status.acceleratorNote).toContain('the settings choose emulation');
  await emulated.lifecycle.stop();
  const foreign = await prepareMachine({}, { settings: { accelerator: 'hvf' } });
  await expect(foreign.lifecycle.start()).rejects.toMatchObject({
    message: "The VM didn't start (step prepare). This host doesn't have Apple's hypervisor (HVF)",
    hint: expect.stringContaining('"kvm"'),
  });
});

test('a stop while the start turns to emulation ends as stopped', async () => {
  const { lifecycle, machine } = await prepareMachine({
    kvm: { does: 'stops', says: internalError },
  });
  const start = lifecycle.start();
  start.catch(() => {});
  await new Promise<void>((resolve) => {
    lifecycle.events.on('status', ({ step }) => step === 'kernel' && setTimeout(resolve, 50));
  });
  await lifecycle.stop();
  await expect(start).rejects.toMatchObject({ code: 'cancelled' });
  expect(lifecycle.status.state).toBe('stopped');
  expect(await machine.status()).toEqual({ state: 'stopped' });
});

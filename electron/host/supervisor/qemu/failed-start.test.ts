import { spawn } from 'node:child_process';
import { access, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { onWindows } from '../../../../guest-agent/testing/on-windows.ts';
import { isAlive } from '../../base/process.ts';
import { programFile, writeProgram } from '../../base/testing/stand-in-program.ts';
import { qemuArguments } from './command-line.ts';
import { prepareMonitor } from './monitor-endpoint.ts';
import { type Behaviours, internalError, prepareMachine } from './testing/stand-in-machine.ts';

// Several processes are started one after the other.
vi.setConfig({ testTimeout: 60_000 });

/** Replaces QEMU by a program that fails. */
const breakQemu = (folder: string) =>
  writeProgram(folder, 'qemu-system-x86_64', { answers: [{ exitCode: 1 }] });

const emulated = { settings: { accelerator: 'emulation' } } as const;

test.each<[string, Behaviours['tcg'], { step: string; says: string; hint: string; shows: string }]>(
  [
    [
      'a kernel that panics',
      { does: 'panics', after: 200 },
      {
        step: 'kernel',
        says: 'Linux panicked: VFS: Unable to mount root fs',
        hint: 'Reinstall Berth to replace it',
        shows: 'Kernel panic',
      },
    ],
    [
      'a QEMU without memory',
      {
        does: 'exits',
        says: 'qemu-system-x86_64: cannot set up guest memory: Cannot allocate memory',
      },
      {
        step: 'launch',
        says: 'cannot set up guest memory: Cannot allocate memory',
        hint: 'memoryMiB',
        shows: 'hypervisor: qemu-system-x86_64: cannot set up guest memory',
      },
    ],
    [
      'a QEMU that ends with a message',
      { does: 'exits', says: 'qemu-system-x86_64: terminating on a bad day', after: 200 },
      {
        step: 'kernel',
        says: 'exit code 1): terminating on a bad day',
        hint: 'The hypervisor exited unexpectedly',
        shows: 'hypervisor: qemu-system-x86_64: terminating on a bad day',
      },
    ],
  ],
)('the failure of %s tells the cause, with advice that fits', async (_, behaviour, expected) => {
  const { lifecycle, machine } = await prepareMachine(
    { tcg: behaviour ?? { does: 'boots' } },
    emulated,
  );
  await expect(lifecycle.start()).rejects.toMatchObject({ code: 'machine-failed' });
  const { failure } = lifecycle.status;
  expect(failure?.step).toBe(expected.step);
  expect(failure?.message).toContain(expected.says);
  expect(failure?.hint).toContain(expected.hint);
  expect(failure?.console.join('\n')).toContain(expected.shows);
  expect(await machine.status()).toEqual({ state: 'stopped' });
});

test('a guest that writes nothing is not said to need another image', async () => {
  const { lifecycle } = await prepareMachine(
    { tcg: { does: 'says nothing' } },
    { ...emulated, deadlineMs: 200 },
  );
  await expect(lifecycle.start()).rejects.toMatchObject({
    message: expect.stringContaining('step kernel'),
    hint: expect.stringContaining('wrote nothing to its console'),
  });
  expect(lifecycle.status.failure?.hint).not.toContain('einstall');
});

test('a crashing engine is distinguished from a slow one, and its log is shown', async () => {
  const { lifecycle } = await prepareMachine(
    { tcg: { does: 'engine crashes' } },
    { ...emulated, engineDeadlineMs: 500 },
  );
  await expect(lifecycle.start()).rejects.toMatchObject({
    message: expect.stringContaining('the engine keeps crashing: the VM started it 4 times'),
    hint: expect.stringContaining('its log'),
    console: expect.arrayContaining(["engine: Error: Cannot find module './engine'"]),
  });
});

test.skipIf(onWindows('a killed program has no signal'))(
  'a QEMU that somebody kills says nothing about KVM',
  async () => {
    const { lifecycle, tried } = await prepareMachine({ kvm: { does: 'says nothing' } });
    lifecycle.events.on('status', ({ step, pid }) => {
      if (step === 'kernel' && pid) process.kill(pid, 'SIGKILL');
    });
    await expect(lifecycle.start()).rejects.toMatchObject({
      message: expect.stringContaining('was killed (SIGKILL)'),
      hint: expect.stringContaining(
        'Something outside Berth stopped the hypervisor. Systems often do this',
      ),
    });
    expect(tried()).toEqual(['kvm']);
  },
);

test('a running VM whose processors stop has crashed', async () => {
  const { lifecycle } = await prepareMachine({
    kvm: { does: 'stops running', says: internalError, after: 3_000 },
  });
  await lifecycle.start();
  const { pid = 0 } = lifecycle.status;
  await vi.waitFor(() => expect(lifecycle.status.state).toBe('failed'), 10_000);
  expect(lifecycle.status.failure).toMatchObject({
    message: 'The VM crashed: KVM internal error. Suberror: 1',
    hint: expect.stringContaining('"emulation"'),
    console: expect.arrayContaining(['hypervisor: KVM internal error. Suberror: 1']),
  });
  expect(isAlive(pid)).toBe(false);
});

test.skipIf(onWindows('KVM is for Linux'))(
  'a VM that stopped while unattended does not count as running',
  async () => {
    const { home, lifecycle, paths } = await prepareMachine({});
    await lifecycle.start();
    await lifecycle.stop();
    const left = await prepareMachine({ kvm: { does: 'stops' } }, { home });
    const place = (name: string) => join(home, name);
    const args = qemuArguments({
      ...{ architecture: 'amd64', accelerator: 'kvm', version: '9.2.0', sandbox: [], paths },
      monitor: await prepareMonitor(paths),
      spec: { cpus: 1, memoryMiB: 512, diskGiB: 1, shares: [] },
      image: { kernel: place('k'), initrd: place('i'), root: place('r') },
      availableCpus: 1,
    });
    await rm(paths.hypervisorPid, { force: true });
    const child = spawn(join(home, 'bin', programFile('qemu-system-x86_64')), args, {
      stdio: 'ignore',
    });
    onTestFinished(() => void child.kill('SIGKILL'));
    await vi.waitFor(() => access(paths.hypervisorPid), 20_000);

    await left.lifecycle.adopt();
    await vi.waitFor(() => expect(left.lifecycle.status.state).toBe('failed'), 10_000);
    expect(left.lifecycle.status.failure?.message).toContain(
      'QEMU reports the state "internal-error"',
    );
    expect(isAlive(child.pid ?? 0)).toBe(false);
  },
);

test.skipIf(onWindows('a program that runs can’t be replaced there'))(
  'a VM keeps running under a new background process while QEMU is upgraded',
  async () => {
    const { home, lifecycle } = await prepareMachine({});
    await lifecycle.start();
    const { pid = 0 } = lifecycle.status;
    const next = await prepareMachine({}, { home });
    await breakQemu(join(home, 'bin'));
    expect(await next.lifecycle.adopt()).toBe(true);
    await next.lifecycle.start();
    expect(next.lifecycle.status).toMatchObject({ state: 'running', pid });
    expect(isAlive(pid)).toBe(true);
    await next.lifecycle.stop();
  },
);

test('what a start found out of KVM may be lost, the start not', async () => {
  const { home, machine } = await prepareMachine({});
  await breakQemu(join(home, 'bin'));
  await expect(machine.features()).rejects.toMatchObject({ code: 'missing-program' });
  await machine.noteGuestRuns('kvm');
  await machine.noteAcceleratorFault('kvm', { reason: 'KVM internal error', certain: true });
});

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import type { MachineStatus } from '../../../api/machine.ts';
import { isAlive } from '../../base/process.ts';
import { temporaryDirectory } from '../../base/testing/temporary-directory.ts';
import { accelerationPath, machinePaths } from '../../home/paths.ts';
import { defaultSettings } from '../../settings/store.ts';
import { bootSteps } from '../boot/boot-steps.ts';
import { createSwitchedSocket } from '../bridge/switched-socket.ts';
import { Lifecycle } from '../lifecycle/lifecycle.ts';
import { writeStubImage } from '../testing/stub-image.ts';
import { type Does, standInDriver } from './testing/prepare-stand-in.ts';

/** Longer than a test. */
const longest = 600_000;

/** A VM of a stand-in for vfkit; `home` continues with the files of an earlier one. */
async function prepareMachine(does: Does = 'boots', home?: string) {
  const place = home ?? (await temporaryDirectory());
  const driver = await standInDriver(place, does);
  const image = await writeStubImage(join(place, 'image'));
  const paths = machinePaths(place, 'test');
  const machine = driver({
    ...{ paths, accelerationRecord: accelerationPath(place) },
    ...{ architecture: 'arm64', image: () => image },
  });
  onTestFinished(() => machine.kill());
  const settings = { ...defaultSettings(), diskGiB: 1 / 64, sharedFolders: [] };
  const lifecycle = new Lifecycle({
    ...{ name: 'test', machine, paths, graceMs: 600 },
    engineSocket: createSwitchedSocket(paths.engineSocket),
    settings: async () => settings,
    image: async () => ({ dataFormat: 1, id: 'first' }),
    steps: bootSteps.map((info) => ({ ...info, deadlineMs: longest })),
    initial: { name: 'test', driver: 'vfkit', state: 'stopped', ...settings },
  });
  return { home: place, lifecycle, machine, paths };
}

const shown = ({ state, accelerator, driver }: MachineStatus) => ({ state, accelerator, driver });

test('a VM starts to an engine that answers, and stops in an orderly way', async () => {
  const { lifecycle, machine, paths } = await prepareMachine();
  await lifecycle.start();
  expect(shown(lifecycle.status)).toEqual({ state: 'running', accelerator: 'vz', driver: 'vfkit' });
  expect((await stat(paths.vfkitSocket)).mode & 0o777).toBe(0o600);
  await lifecycle.stop();
  expect(lifecycle.status.state).toBe('stopped');
  expect(await machine.status()).toEqual({ state: 'stopped' });
});

test('another background process takes a running VM over, and its end is noticed', async () => {
  const { home, lifecycle } = await prepareMachine();
  await lifecycle.start();
  const { pid = 0 } = lifecycle.status;
  const next = await prepareMachine('boots', home);
  expect(await next.lifecycle.adopt()).toBe(true);
  await next.lifecycle.start();
  expect(next.lifecycle.status).toMatchObject({ state: 'running', pid });
  process.kill(pid, 'SIGKILL');
  await vi.waitFor(() => expect(next.lifecycle.status.state).toBe('failed'), 10_000);
});

test('a taken-over VM stops in an orderly way', async () => {
  const { home, lifecycle } = await prepareMachine();
  await lifecycle.start();
  const next = await prepareMachine('boots', home);
  expect(await next.machine.status()).toMatchObject({ state: 'running', held: false });
  const exit = next.machine.exited();
  await next.machine.stop();
  expect(await exit).toMatchObject({ orderly: true });
});

test('a paused VM is reported as held, and continues', async () => {
  const { lifecycle, machine, paths } = await prepareMachine();
  await lifecycle.start();
  const paused = await fetchState(paths.vfkitSocket, 'Pause');
  expect(paused).toBe(202);
  expect(await machine.status()).toMatchObject({ held: true });
  await machine.proceed();
  await machine.proceed();
  expect(await machine.status()).toMatchObject({ held: false });
});

test('a vfkit that resets its VM has crashed, because the containers are gone', async () => {
  const { machine, lifecycle } = await prepareMachine('resets');
  await lifecycle.start();
  process.kill(lifecycle.status.pid ?? 0, 'SIGUSR2');
  await vi.waitFor(() => expect(lifecycle.status.state).toBe('failed'), 10_000);
  expect(lifecycle.status.failure?.message).toContain('the VM reset itself');
  expect(await machine.status()).toEqual({ state: 'stopped' });
});

test('a vfkit without the entitlement fails the start with its words, and with advice', async () => {
  const { lifecycle, machine } = await prepareMachine('lacks the entitlement');
  await expect(lifecycle.start()).rejects.toMatchObject({
    message: expect.stringContaining('com.apple.security.virtualization'),
    hint: expect.stringContaining('"qemu"'),
  });
  expect(await machine.status()).toEqual({ state: 'stopped' });
});

test('the failure of a start has the words of vfkit, without its usage', async () => {
  const { lifecycle } = await prepareMachine('fails');
  await expect(lifecycle.start()).rejects.toMatchObject({
    message: expect.stringContaining('hypervisor virtualization error'),
  });
  expect(lifecycle.status.failure?.console.join('\n')).not.toContain('--bootloader');
});

test('another program with the process ID of an old VM is left alone', async () => {
  const { machine, paths } = await prepareMachine();
  await mkdir(paths.directory, { recursive: true });
  const other = spawn('sleep', ['60']);
  onTestFinished(() => void other.kill());
  await once(other, 'spawn');
  await writeFile(paths.hypervisorPid, String(other.pid));
  expect(await machine.status()).toEqual({ state: 'stopped' });
  expect(isAlive(other.pid ?? 0)).toBe(true);
});

test('a socket that a killed vfkit left does not fail the next start', async () => {
  const { lifecycle, machine, paths } = await prepareMachine();
  await lifecycle.start();
  await machine.kill();
  expect((await stat(paths.vfkitSocket)).isSocket()).toBe(true);
  await vi.waitFor(() => expect(lifecycle.status.state).toBe('failed'), 10_000);
  await lifecycle.start();
  expect(lifecycle.status.state).toBe('running');
  expect(Number(await readFile(paths.hypervisorPid, 'utf8'))).toBe(lifecycle.status.pid);
});

test('the settings can choose only what Apple has', async () => {
  const { machine } = await prepareMachine();
  expect(await machine.acceleration('hvf')).toEqual({ accelerator: 'vz', emulated: false });
  await expect(machine.acceleration('emulation')).rejects.toMatchObject({
    ...{ code: 'accelerator-failed', hint: expect.stringContaining('"qemu"') },
  });
  await expect(machine.acceleration('kvm')).rejects.toMatchObject({ code: 'accelerator-failed' });
});

/** As another program would do it. */
async function fetchState(socketPath: string, state: string): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  const asked = request({ socketPath, path: '/vm/state', method: 'POST' }, (answer) => {
    answer.resume();
    resolve(answer.statusCode ?? 0);
  });
  asked.on('error', reject);
  asked.end(JSON.stringify({ state }));
  return promise;
}

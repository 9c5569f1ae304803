import { once } from 'node:events';
import { appendFileSync, existsSync, writeFileSync } from 'node:fs';
import { mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, onTestFinished, test, vi } from 'vitest';
import { dataDiskRefused } from '../../../../guest-agent/contract/data-format.ts';
import type { BootStep, MachineStatus } from '../../../api/machine.ts';
import type { Settings } from '../../../api/settings.ts';
import { HostError } from '../../base/errors.ts';
import { isAlive } from '../../base/process.ts';
import { temporaryDirectory } from '../../base/testing/temporary-directory.ts';
import { machinePaths } from '../../home/paths.ts';
import { pendingSettings } from '../../settings/applied.ts';
import { defaultSettings } from '../../settings/store.ts';
import { bootSteps } from '../boot/boot-steps.ts';
import { createSwitchedSocket } from '../bridge/switched-socket.ts';
import type { MachineContext } from '../machine.ts';
import { createFakeMachine } from '../testing/fake-machine.ts';
import type { Fault } from '../testing/guest.ts';
import { Lifecycle } from './lifecycle.ts';

const firstImage = { dataFormat: 1, id: 'first' };

/** A lifecycle over the fake driver, with deadlines for people in a hurry. */
async function prepare(fault: Fault = 'none', home?: string, image = firstImage, patienceMs = 300) {
  const paths = machinePaths(home ?? (await temporaryDirectory()), 'test');
  const context: MachineContext = {
    ...{ paths, accelerationRecord: '', architecture: 'amd64' },
    image: () => ({ kernel: '', initrd: '', root: '' }),
  };
  const machine = createFakeMachine(context, fault);
  onTestFinished(() => machine.kill());
  // A disk small enough to be copied at once.
  const settings = { ...defaultSettings(), cpus: 3, memoryMiB: 2048, diskGiB: 1 / 64 };
  const slow: BootStep[] = ['prepare', 'launch'];
  const lifecycle = new Lifecycle({
    ...{ name: 'test', machine, paths, graceMs: 600 },
    engineSocket: createSwitchedSocket(paths.engineSocket),
    settings: async () => settings,
    image: async () => image,
    engineWatch: { intervalMs: 20, patienceMs: 300, askAgainMs: 300 },
    steps: bootSteps.map((info) => ({
      ...info,
      deadlineMs: slow.includes(info.step) || fault !== info.step ? 20_000 : patienceMs,
    })),
    initial: { name: 'test', driver: 'fake', state: 'stopped', ...defaultSettings() },
  });
  const seen: MachineStatus[] = [];
  lifecycle.events.on('status', (status) => seen.push(status));
  const choose = (chosen: Partial<Settings>) => void Object.assign(settings, chosen);
  return { lifecycle, machine, paths, seen, choose };
}

async function get(socketPath: string, path: string): Promise<string> {
  const sent = request({ socketPath, path, agent: false }).end();
  const [response] = await once(sent, 'response');
  return text(response);
}

test('a start passes the steps in order and ends with an engine that answers', async () => {
  const { lifecycle, paths, seen } = await prepare();
  await lifecycle.start();
  const steps = seen.filter(({ state }) => state === 'starting').map(({ step }) => step);
  expect([...new Set(steps)]).toEqual(['prepare', 'backup', 'launch', 'kernel', 'ssh', 'engine']);
  expect(lifecycle.status).toMatchObject({ state: 'running', cpus: 3, accelerator: 'fake' });
  expect(lifecycle.status.step).toBeUndefined();
  expect(isAlive(lifecycle.status.pid ?? 0)).toBe(true);
  expect(await get(paths.engineSocket, '/version')).toBe('OK /version');
});

test('starts at the same time share one machine', async () => {
  const { lifecycle, seen } = await prepare();
  await Promise.all([lifecycle.start(), lifecycle.start(), lifecycle.start()]);
  expect(seen.filter(({ state }) => state === 'running')).toHaveLength(1);
});

test.each<[Fault & BootStep, string]>([
  ['launch', 'ended at once'],
  ['kernel', 'longer than 0.3 s'],
  ['ssh', 'longer than 0.3 s'],
  ['engine', 'longer than 0.3 s'],
])('a start that fails in step %s says so, and leaves nothing running', async (step, reason) => {
  const { lifecycle, machine, paths } = await prepare(step);
  await expect(lifecycle.start()).rejects.toMatchObject({
    code: 'machine-failed',
    message: expect.stringContaining(`step ${step}`),
    hint: expect.any(String),
  });
  expect(lifecycle.status).toMatchObject({
    state: 'failed',
    failure: { step, message: expect.stringContaining(reason) },
  });
  const shown = lifecycle.status.failure?.console.join('\n');
  if (step !== 'launch') expect(shown).toContain('Linux version of a fake guest');
  expect(await machine.status()).toEqual({ state: 'stopped' });
  expect(existsSync(paths.engineSocket)).toBe(false);
});

test('an engine that refuses the data disk is not waited for', async () => {
  const { lifecycle, paths } = await prepare('engine', undefined, firstImage, 20_000);
  lifecycle.events.on('status', ({ step }) => {
    if (step === 'engine') appendFileSync(paths.console, `${dataDiskRefused}it has format 9\r\n`);
  });
  await expect(lifecycle.start()).rejects.toMatchObject({
    message: expect.stringContaining('data disk refused: it has format 9'),
    hint: expect.stringContaining('newest version of Berth'),
  });
});

test('a VM that exits during the boot is reported as ended, not as silent', async () => {
  const { lifecycle } = await prepare('ssh');
  lifecycle.events.on('status', ({ step, pid }) => {
    if (step === 'ssh' && pid) process.kill(pid, 'SIGKILL');
  });
  await expect(lifecycle.start()).rejects.toMatchObject({
    code: 'machine-failed',
    message: expect.stringContaining('step ssh'),
    hint: expect.stringContaining('The hypervisor exited unexpectedly'),
  });
});

test('a crash is reported with the console’s last lines, and a start brings it back', async () => {
  const { lifecycle, paths } = await prepare();
  await lifecycle.start();
  process.kill(lifecycle.status.pid ?? 0, 'SIGKILL');
  const [status] = await once(lifecycle.events, 'status');
  expect(status).toMatchObject({
    state: 'failed',
    failure: {
      message: expect.stringContaining('crashed'),
      console: expect.arrayContaining(['berth: network up as berth-test']),
    },
  });
  expect(existsSync(paths.engineSocket)).toBe(false);
  await lifecycle.start();
  expect(lifecycle.status.state).toBe('running');
  expect(lifecycle.status.failure).toBeUndefined();
  expect(await get(paths.engineSocket, '/again')).toBe('OK /again');
});

test('stop lets the guest power off and takes the engine’s socket away', async () => {
  const { lifecycle, machine, paths, seen } = await prepare();
  await lifecycle.start();
  const exit = machine.exited();
  await Promise.all([lifecycle.stop(), lifecycle.stop()]);
  expect(await exit).toMatchObject({ orderly: true });
  expect(seen.slice(-2).map(({ state }) => state)).toEqual(['stopping', 'stopped']);
  expect(existsSync(paths.engineSocket)).toBe(false);
  await lifecycle.stop();
  expect(lifecycle.status.state).toBe('stopped');
});

test('a VM that another background process started powers off too', async () => {
  const first = await prepare();
  await first.lifecycle.start();
  const { lifecycle, machine } = await prepare('none', dirname(dirname(first.paths.directory)));
  expect(await lifecycle.adopt()).toBe(true);
  const exit = machine.exited();
  // Berth isn't connected to the VM yet, but the containers in the VM run.
  expect(lifecycle.status.state).toBe('starting');
  await lifecycle.stop();
  expect(lifecycle.status.state).toBe('stopped');
  expect(await exit).toMatchObject({ orderly: true });
});

test.each(['start', 'stop'] as const)(
  '%s waits until it is known whether the VM runs',
  async (call) => {
    const first = await prepare();
    await first.lifecycle.start();
    const { pid } = first.lifecycle.status;
    const { lifecycle, machine } = await prepare('none', dirname(dirname(first.paths.directory)));
    const launch = vi.spyOn(machine, 'start');
    const adopted = lifecycle.adopt();
    await lifecycle[call]();
    expect(await adopted).toBe(true);
    expect(launch).not.toHaveBeenCalled();
    const up = call === 'start';
    expect(lifecycle.status.state).toBe(up ? 'running' : 'stopped');
    expect(isAlive(pid ?? 0)).toBe(up);
  },
);

test('a process that handed the VM over leaves the VM alone', async () => {
  const { lifecycle, machine } = await prepare();
  await lifecycle.start();
  const { pid } = lifecycle.status;
  await lifecycle.handOver();
  await expect(lifecycle.start()).rejects.toMatchObject({ code: 'cancelled' });
  await lifecycle.leave();
  await lifecycle.stop();
  await lifecycle.kill();
  expect(isAlive(pid ?? 0)).toBe(true);
  expect((await machine.status()).state).toBe('running');
});

test('a guest that does not power off is ended after the grace time', async () => {
  const { lifecycle, machine } = await prepare('power-off');
  await lifecycle.start();
  const before = Date.now();
  await lifecycle.stop();
  expect(Date.now() - before).toBeGreaterThanOrEqual(290);
  expect(await machine.status()).toEqual({ state: 'stopped' });
});

test('kill does not wait for a stop that is under way', async () => {
  const { lifecycle, machine } = await prepare('power-off');
  await lifecycle.start();
  const exit = machine.exited();
  const stop = lifecycle.stop();
  await lifecycle.kill();
  await stop;
  expect(await exit).toMatchObject({ orderly: false });
  expect(lifecycle.status.state).toBe('stopped');
});

test('a driver that cannot stop the machine ends it at once', async () => {
  const { lifecycle, machine } = await prepare('power-off');
  await lifecycle.start();
  machine.stop = () => Promise.reject(new Error('it does not listen'));
  await lifecycle.stop();
  expect(lifecycle.status.state).toBe('stopped');
  expect(await machine.status()).toEqual({ state: 'stopped' });
});

test('a VM that can’t be stopped is reported as failed', async () => {
  const { lifecycle, machine } = await prepare('power-off');
  await lifecycle.start();
  const kill = machine.kill;
  machine.kill = () => Promise.reject(new Error('not permitted'));
  await expect(lifecycle.kill()).rejects.toThrow('not permitted');
  expect(lifecycle.status).toMatchObject({
    state: 'failed',
    failure: { message: "Berth couldn't stop the VM: not permitted" },
  });
  await expect(lifecycle.stop()).rejects.toThrow('not permitted');
  machine.kill = kill;
  await lifecycle.stop();
  expect(lifecycle.status.state).toBe('stopped');
  expect(await machine.status()).toEqual({ state: 'stopped' });
});

test('a VM is neither started nor declared stopped while the hypervisor can’t tell whether it runs', async () => {
  const first = await prepare();
  await first.lifecycle.start();
  const { pid } = first.lifecycle.status;
  const { lifecycle, machine } = await prepare('none', dirname(dirname(first.paths.directory)));
  const { status } = machine;
  const start = vi.spyOn(machine, 'start');
  const kill = vi.spyOn(machine, 'kill');
  const refusal = new HostError('machine-failed', "can't tell", { hint: 'Restart the service.' });
  machine.status = () => Promise.reject(refusal);
  expect(await lifecycle.adopt()).toBe(false);
  expect(lifecycle.status).toMatchObject({
    ...{ state: 'failed', failure: { message: "can't tell", hint: 'Restart the service.' } },
  });
  await expect(lifecycle.start()).rejects.toBe(refusal);
  await expect(lifecycle.stop()).rejects.toBe(refusal);
  expect(kill).not.toHaveBeenCalled();
  machine.status = status;
  await lifecycle.start();
  expect(lifecycle.status).toMatchObject({ state: 'running', pid });
  expect(start).not.toHaveBeenCalled();
});

test('a VM that the hypervisor doesn’t remove isn’t reported as stopped, and stop can be repeated', async () => {
  const { lifecycle, machine, paths } = await prepare();
  await mkdir(paths.directory, { recursive: true });
  machine.forget = () => Promise.reject(new HostError('machine-failed', 'Hyper-V has the VM'));
  await expect(lifecycle.stop()).rejects.toThrow('Hyper-V has the VM');
  expect(lifecycle.status).toMatchObject({
    ...{ state: 'failed', failure: { message: expect.stringContaining('Hyper-V has the VM') } },
  });
  machine.forget = async () => {};
  await lifecycle.stop();
  expect(lifecycle.status).toMatchObject({ state: 'stopped' });
});

test('a start that is cut off by stop ends as stopped', async () => {
  const { lifecycle, machine } = await prepare();
  const start = lifecycle.start();
  start.catch(() => {});
  while (lifecycle.status.step !== 'launch') await once(lifecycle.events, 'status');
  await lifecycle.stop();
  await expect(start).rejects.toMatchObject({ code: 'cancelled' });
  expect(lifecycle.status.state).toBe('stopped');
  expect(await machine.status()).toEqual({ state: 'stopped' });
  await lifecycle.start();
  expect(lifecycle.status.state).toBe('running');
});

test('an upgrade that does not start leaves the data disk as it was; one that does keeps a copy', async () => {
  const home = await temporaryDirectory();
  const { lifecycle: old, paths } = await prepare('none', home);
  await old.start();
  await writeFile(paths.dataDisk, 'precious', { flag: 'r+' });
  await old.stop();
  const disk = async (path: string) => (await readFile(path)).subarray(0, 8).toString();

  const second = { dataFormat: 2, id: 'second' };
  const { lifecycle: broken } = await prepare('kernel', home, second);
  broken.events.on('status', ({ step }) => {
    if (step === 'kernel') writeFileSync(paths.dataDisk, 'half new', { flag: 'r+' });
  });
  await expect(broken.start()).rejects.toThrow(
    'Berth restored the data disk from before this upgrade',
  );
  expect(await disk(paths.dataDisk)).toBe('precious');

  const { lifecycle: mended, seen } = await prepare('none', home, second);
  await mended.start();
  expect(seen.map(({ step }) => step)).toContain('backup');
  await mended.stop();
  expect(await disk(paths.dataDiskBackup)).toBe('precious');

  const { lifecycle: older } = await prepare('none', home);
  await writeFile(paths.dataDisk, 'all new!', { flag: 'r+' });
  const before = await stat(paths.dataDisk);
  await expect(older.start()).rejects.toMatchObject({
    message: expect.stringContaining(
      'format 2, from a newer version of Berth. This version supports formats up to 1',
    ),
    hint: expect.stringContaining(paths.dataDiskBackup),
  });
  expect((await stat(paths.dataDisk)).mtimeMs).toBe(before.mtimeMs);
});

test('resources that are chosen while it runs hold at once where they can', async () => {
  const { lifecycle, paths, seen, choose } = await prepare();
  const pending = (chosen: Partial<Settings>) =>
    pendingSettings({ ...defaultSettings(), ...chosen }, lifecycle.status);
  await lifecycle.start();
  const began = seen.length;
  const first = { cpus: 1, diskGiB: 1 / 32 };
  choose({ ...first, memoryMiB: 4096, hostCertificates: false });
  await lifecycle.adjust();
  expect(seen[began]).toMatchObject({ adjusting: true, cpus: 3 });
  expect(lifecycle.status).toMatchObject({ ...first, memoryMiB: 2048 });
  expect(lifecycle.status).not.toHaveProperty('adjusting');
  expect((await stat(paths.dataDisk)).size).toBe(1024 ** 3 / 32);
  expect(pending({ ...first, memoryMiB: 4096, hostCertificates: false })).toEqual([
    ...['memoryMiB', 'hostCertificates'],
  ]);

  // The guest has 512 MiB that nobody uses.
  choose({ memoryMiB: 1600 });
  await lifecycle.adjust();
  expect(lifecycle.status).toMatchObject({ memoryMiB: 2048 });
  choose({ memoryMiB: 1792 });
  await lifecycle.adjust();
  expect(lifecycle.status).toMatchObject({ memoryMiB: 1792 });
});

test('what the guest does not take, it has from its next start on', async () => {
  const { lifecycle, choose } = await prepare('resize');
  await lifecycle.start();
  choose({ cpus: 1 });
  await lifecycle.adjust();
  expect(lifecycle.status).toMatchObject({ cpus: 3 });
  await lifecycle.stop();
  await lifecycle.start();
  expect(lifecycle.status).toMatchObject({ cpus: 1 });
});

test('what is chosen while the machine starts holds once it is up', async () => {
  const { lifecycle, choose } = await prepare();
  lifecycle.events.on('status', ({ step }) => {
    if (step === 'ssh') choose({ cpus: 2 });
  });
  await lifecycle.start();
  await lifecycle.adjust();
  expect(lifecycle.status).toMatchObject({ state: 'running', cpus: 2 });
});

test('an engine that hangs shows in the status, and so does its return', async () => {
  const { lifecycle, paths, seen } = await prepare();
  const hung = join(dirname(paths.console), 'hung');
  await lifecycle.start();
  writeFileSync(hung, '1');
  await expect
    .poll(() => lifecycle.status)
    .toMatchObject({ state: 'running', engineNotAnsweringSince: expect.any(String) });
  await rm(hung);
  await expect.poll(() => lifecycle.status.engineNotAnsweringSince).toBeUndefined();
  expect(lifecycle.status.state).toBe('running');

  writeFileSync(hung, '1');
  await expect.poll(() => lifecycle.status.engineNotAnsweringSince).toBeDefined();
  seen.length = 0;
  await lifecycle.stop();
  expect(seen.map(({ state, engineNotAnsweringSince: since }) => [state, since])).toEqual([
    ['stopping', undefined],
    ['stopped', undefined],
  ]);
});

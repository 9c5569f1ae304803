import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { type AddressInfo, connect, createServer } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, onTestFinished, test, vi } from 'vitest';
import { onWindows } from '../../../guest-agent/testing/on-windows.ts';
import type { MachineStatus } from '../../api/machine.ts';
import type { MachineUsage } from '../../api/machine-procedures.ts';
import { isAlive, runProgram } from '../base/process.ts';
import { temporaryDirectory } from '../base/testing/temporary-directory.ts';
import { createEngineClient } from '../engine/connection/http-client.ts';
import { machineUsage } from '../engine/machine-usage.ts';
import { defaultMachine, machinePaths } from '../home/paths.ts';
import { createMachineControl } from '../machine/control-client.ts';
import { createMachines } from '../machine/machines.ts';
import { encode } from '../machine/protocol.ts';
import { freePort } from '../ports/free-port.ts';
import { createSettingsStore } from '../settings/store.ts';
import { recordedSupervisors } from './testing/recorded-supervisors.ts';

const supervisorEntry = join(import.meta.dirname, 'testing/fake-supervisor.ts');

/** A machine with the fake driver, whose supervisors are real processes. */
async function prepare(name = `t-${randomBytes(6).toString('hex')}`) {
  const home = await temporaryDirectory();
  if (name !== defaultMachine) await createMachines(home).create(name, {});
  const settings = createSettingsStore(join(home, 'settings.json'));
  /** As another process of the user's sees it. */
  const control = () =>
    createMachineControl({ home, name, settings, supervisorEntry, driver: 'fake' });
  /** The process IDs of its supervisors. */
  const supervisors = () => recordedSupervisors(home).filter(isAlive);
  const gone = () => vi.waitFor(() => expect(supervisors()).toEqual([]), 30_000);
  onTestFinished(async () => {
    await control().kill();
    await gone();
  });
  return { home, name, settings, control, supervisors, gone, paths: machinePaths(home, name) };
}

async function ping(socketPath: string): Promise<string> {
  const [response] = await once(
    request({ socketPath, path: '/_ping', agent: false }).end(),
    'response',
  );
  return text(response);
}

test('starts from several processes at once end in one machine', async () => {
  const { control, supervisors } = await prepare();
  const statuses = await Promise.all([control().start(), control().start(), control().start()]);
  expect(new Set(statuses.map(({ pid }) => pid)).size).toBe(1);
  expect(supervisors()).toHaveLength(1);
  const other = control();
  expect(await other.status()).toMatchObject({ state: 'running', pid: statuses[0]?.pid });
  expect(await ping(other.engineSocket)).toBe('OK /_ping');
});

test('starters that are processes of their own all learn of the one machine', async () => {
  const { home, name, supervisors } = await prepare();
  const from = (path: string) => JSON.stringify(new URL(`../${path}`, import.meta.url).href);
  const program = `
    const { createMachineControl } = await import(${from('machine/control-client.ts')});
    const { createSettingsStore } = await import(${from('settings/store.ts')});
    const settings = createSettingsStore(${JSON.stringify(join(home, 'settings.json'))});
    const options = ${JSON.stringify({ home, name, supervisorEntry, driver: 'fake' })};
    const { pid } = await createMachineControl({ ...options, settings }).start();
    console.log(pid);`;
  const starter = () => runProgram(process.execPath, ['--input-type=module', '-e', program]);
  const ended = await Promise.all([starter(), starter(), starter()]);
  expect(ended.map(({ code }) => code)).toEqual([0, 0, 0]);
  expect(new Set(ended.map(({ stdout }) => stdout)).size).toBe(1);
  expect(supervisors()).toHaveLength(1);
});

test('a VM starts even if clients keep asking for its status', async () => {
  const { control } = await prepare();
  let asking = true;
  const onlooker = async () => {
    while (asking) await control().status();
  };
  const onlookers = [onlooker(), onlooker()];
  await control()
    .start()
    .finally(() => {
      asking = false;
    });
  await Promise.all(onlookers);
  expect(await control().status()).toMatchObject({ state: 'running' });
});

/** PowerShell tells the command line of a process, by which Berth recognises a VM without a supervisor. */
const noPowerShell = onWindows('wine has no PowerShell');
const noSignals = onWindows('a signal ends a process at once');

test.skipIf(noSignals)('a supervisor that is asked to end stops its machine first', async () => {
  const { control, supervisors, gone } = await prepare();
  const { pid } = await control().start();
  for (const supervisor of supervisors()) process.kill(supervisor, 'SIGTERM');
  await gone();
  expect(isAlive(pid ?? 0)).toBe(false);
  expect(await control().status()).toMatchObject({ state: 'stopped' });
});

test('the supervisor goes away with its machine', async () => {
  const { control, gone, paths } = await prepare();
  const { pid } = await control().start();
  const seen: string[] = [];
  await control().stop(({ state }) => seen.push(state));
  expect(seen.at(-1)).toBe('stopped');
  await gone();
  expect(isAlive(pid ?? 0)).toBe(false);
  expect(existsSync(paths.engineSocket)).toBe(false);
  const log = await readFile(paths.supervisorLog, 'utf8');
  expect(log).toMatch(/Z info supervisor\[\d+\] supervisor: \{.*"state":"running"/);
  expect(await control().status()).toMatchObject({ state: 'stopped' });
  await control().stop();
  await control().kill();
});

test('a suspended VM needs no background process, and resumes with the next start', async () => {
  const { control, gone, paths } = await prepare();
  await expect(control().suspend()).rejects.toMatchObject({ code: 'machine-not-running' });
  const { pid } = await control().start();
  const seen: string[] = [];
  await control().suspend(({ state }) => seen.push(state));
  expect([...new Set(seen)]).toEqual(['suspending', 'suspended']);
  await gone();
  expect(isAlive(pid ?? 0)).toBe(false);
  expect(await control().status()).toMatchObject({ state: 'suspended' });
  await control().suspend();
  const resumed = await control().start();
  expect(resumed).toMatchObject({ state: 'running' });
  expect(resumed).not.toHaveProperty('startNote');
  expect(await ping(control().engineSocket)).toBe('OK /_ping');

  await control().suspend();
  await gone();
  await control().leave();
  expect(await control().status()).toMatchObject({ state: 'suspended' });
  await control().stop();
  expect(await control().status()).toMatchObject({ state: 'stopped' });
  expect(existsSync(paths.savedMemory)).toBe(false);
});

test('leave stops a running VM, but not a suspended VM whose resume failed', async () => {
  const { control, gone, paths } = await prepare();
  await control().start();
  await control().leave();
  expect(await control().status()).toMatchObject({ state: 'stopped' });
  await control().start();
  await control().suspend();
  await gone();
  // As the background process leaves the status when the hypervisor is missing.
  const failure = { message: 'QEMU is missing', console: [] };
  const left = JSON.parse(await readFile(paths.status, 'utf8'));
  await writeFile(paths.status, JSON.stringify({ ...left, state: 'failed', failure }));
  expect(await control().status()).toMatchObject({ state: 'failed' });
  expect(await control().isSuspended()).toBe(true);
  await control().leave();
  expect(existsSync(paths.savedMemory)).toBe(true);
  expect(await control().start()).not.toHaveProperty('startNote');
  expect(await control().isSuspended()).toBe(false);
});

test.skipIf(noPowerShell)(
  'after kill -9 of the supervisor, the next one takes the running machine over',
  async () => {
    const { control, supervisors } = await prepare();
    const { pid, startedAt } = await control().start();
    for (const supervisor of supervisors()) process.kill(supervisor, 'SIGKILL');
    await vi.waitFor(async () =>
      expect(await control().status()).toMatchObject({
        state: 'failed',
        failure: { hint: expect.stringContaining('takes over') },
      }),
    );
    expect(await control().start()).toMatchObject({ state: 'running', pid, startedAt });
    expect(await ping(control().engineSocket)).toBe('OK /_ping');
  },
);

test.skipIf(noPowerShell)('a VM without a background process can still be stopped', async () => {
  const { control, supervisors } = await prepare();
  const { pid } = await control().start();
  for (const supervisor of supervisors()) process.kill(supervisor, 'SIGKILL');
  await vi.waitFor(async () => expect((await control().status()).state).toBe('failed'));
  await control().stop();
  expect(isAlive(pid ?? 0)).toBe(false);
  expect(await control().status()).toMatchObject({ state: 'stopped' });
});

test('a crash is remembered after its supervisor has gone, until the next stop', async () => {
  const { control, gone } = await prepare();
  const { pid } = await control().start();
  process.kill(pid ?? 0, 'SIGKILL');
  await gone();
  expect(await control().status()).toMatchObject({
    state: 'failed',
    failure: { console: expect.arrayContaining([expect.stringContaining('berth: network up')]) },
  });
  expect((await control().consoleLines(1))[0]).toContain('berth: network up');
  await control().stop();
  expect(await control().status()).toMatchObject({ state: 'stopped' });
});

test('a watcher sees every state, across supervisors, until it stops looking', async () => {
  const { control } = await prepare();
  const ending = new AbortController();
  const states: MachineStatus['state'][] = [];
  const watching = (async () => {
    for await (const { state } of control().watch(ending.signal)) {
      if (states.at(-1) !== state) states.push(state);
    }
  })();
  await vi.waitFor(() => expect(states).toEqual(['stopped']));
  await control().start();
  await control().stop();
  await vi.waitFor(() => expect(states.at(-1)).toBe('stopped'));
  await control().start();
  await vi.waitFor(() => expect(states.filter((state) => state === 'running')).toHaveLength(2));
  ending.abort();
  await watching;
  expect(states.slice(0, 5)).toEqual(['stopped', 'starting', 'running', 'stopping', 'stopped']);
});

test('a caller that gives up leaves the start to the others', async () => {
  const { control } = await prepare();
  const patience = new AbortController();
  const first = control().start(
    ({ state }) => state === 'starting' && patience.abort(),
    patience.signal,
  );
  await expect(first).rejects.toMatchObject({ code: 'cancelled' });
  expect(await control().start()).toMatchObject({ state: 'running' });
});

const noModes = onWindows('access rights aren’t in the mode');

test.skipIf(noModes)('files and sockets are the owner’s alone', async () => {
  const { control, paths } = await prepare();
  await control().start();
  const mode = async (path: string) => ((await stat(path)).mode & 0o777).toString(8);
  expect(await mode(paths.directory)).toBe('700');
  for (const path of [paths.engineSocket, paths.controlSocket])
    expect(await mode(path)).toBe('600');
  for (const path of [paths.clientKey, paths.guestHostKey, paths.configDisk, paths.dataDisk]) {
    expect(await mode(path)).toBe('600');
  }
});

test('settings that cannot be read fail the start with a hint', async () => {
  const { home, control } = await prepare();
  await control().start();
  await control().stop();
  await writeFile(join(home, 'settings.json'), '{ "cpus": "many" }');
  await expect(control().start()).rejects.toMatchObject({
    message: expect.stringContaining('settings.json'),
  });
  await writeFile(join(home, 'settings.json'), '{}');
});

test('a command runs in the VM without an ssh program', async () => {
  const { control } = await prepare();
  const command = 'cat /proc/meminfo';
  await expect(control().inGuest(command)).rejects.toMatchObject({ code: 'machine-not-running' });
  await control().start();
  expect(await control().inGuest(command)).toMatchObject({
    ...{ code: 0, stdout: expect.stringContaining('MemTotal') },
  });
});

test('the ssh command has the VM’s port and key', async () => {
  const { control, paths } = await prepare();
  await expect(control().sshCommand()).rejects.toMatchObject({ code: 'machine-not-running' });
  await control().start();
  const command = await control().sshCommand();
  expect(command[0]).toBe('ssh');
  expect(command).toContain(paths.clientKey);
  expect(command.at(-1)).toBe('root@127.0.0.1');
});

test.skipIf(noPowerShell)(
  'ports of containers are open and listed while a background process runs',
  async () => {
    const { control, paths, settings, supervisors } = await prepare();
    await expect(control().publishedPorts()).rejects.toMatchObject({ code: 'machine-not-running' });
    const service = createServer((socket) => socket.end('hello'));
    await once(service.listen(0, '127.0.0.1'), 'listening');
    onTestFinished(() => void service.close());
    const port = await freePort();
    const PrivatePort = (service.address() as AddressInfo).port;
    const container = {
      ...{ Id: 'c0ffee', Names: ['/web'], Image: 'i', ImageID: 'i', Command: '', Created: 0 },
      ...{ State: 'running', Status: 'Up' },
      Ports: [{ IP: '127.0.0.1', PublicPort: port, PrivatePort, Type: 'tcp' }],
      NetworkSettings: { Networks: { bridge: { IPAddress: '127.0.0.1' } } },
    };
    await mkdir(paths.directory, { recursive: true });
    await writeFile(join(paths.directory, 'containers.json'), JSON.stringify([container]));
    const ask = () => text(connect(port, '127.0.0.1'));

    await control().start();
    const ports = await control().publishedPorts();
    expect(ports).toMatchObject([{ address: '127.0.0.1', port, containerName: 'web' }]);
    expect((await control().status()).ports).toEqual(ports);
    expect(await ask()).toBe('hello');
    expect(await control().status()).toMatchObject({
      domains: { list: [{ containerName: 'web' }] },
    });

    for (const supervisor of supervisors()) process.kill(supervisor, 'SIGKILL');
    await vi.waitFor(async () => expect((await control().status()).state).toBe('failed'));
    const left = await control().status();
    expect([left.ports, left.domains]).toEqual([undefined, undefined]);
    await control().start();
    expect(await control().publishedPorts()).toEqual(ports);
    expect(await ask()).toBe('hello');
    await settings.update({ containerNames: 'off' });
    await vi.waitFor(async () => expect((await control().status()).domains).toBeUndefined());
    await control().stop();
    await expect(ask()).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  },
);

test('an idle VM stops, and starts again for the next caller', async () => {
  const { control, settings, supervisors } = await prepare();
  await settings.update({ idleStopMinutes: 0.01 });
  const { pid } = await control().start();
  const other = control();
  await vi.waitFor(
    async () => expect(await other.status()).toMatchObject({ asleep: true }),
    30_000,
  );
  expect(isAlive(pid ?? 0)).toBe(false);
  const calls = [ping(other.engineSocket), ping(other.engineSocket), ping(other.engineSocket)];
  await settings.update({ idleStopMinutes: 0 });
  expect(await Promise.all(calls)).toEqual(Array(3).fill('OK /_ping'));
  expect(await other.status()).toMatchObject({ state: 'running' });
  expect(await other.status()).not.toHaveProperty('asleep');
  expect(supervisors()).toHaveLength(1);
});

test('who looks at what it uses does not keep it up', async () => {
  const { control, settings } = await prepare();
  await settings.update({ idleStopMinutes: 0.01 });
  await control().start();
  const looking = new AbortController();
  onTestFinished(() => looking.abort());
  const usages: MachineUsage[] = [];
  const followed = (async () => {
    const engine = createEngineClient(control().engineSocket);
    for await (const usage of machineUsage(engine, looking.signal)) usages.push(usage);
  })();
  followed.catch(() => {}); // The engine goes away with the machine.
  await vi.waitFor(() => expect(usages.length).toBeGreaterThan(3));
  expect(usages[0]).toEqual({ cpu: 0.5, memory: 1, memoryTotal: 2, disk: 3, diskTotal: 4 });
  await vi.waitFor(
    async () => expect(await control().status()).toMatchObject({ asleep: true }),
    30_000,
  );
  await expect(followed).rejects.toMatchObject({ code: expect.any(String) });
});

test('a VM with running containers does not sleep', async () => {
  const { control, settings, paths } = await prepare();
  await control().start();
  const container = { Id: 'a', Names: ['/a'], Image: '', Command: '', Created: 1, Ports: [] };
  const listed = [{ ...container, State: 'running', Status: 'Up', Labels: {} }];
  await writeFile(join(paths.directory, 'containers.json'), JSON.stringify(listed));
  await settings.update({ idleStopMinutes: 0.01 });
  await new Promise((resolve) => setTimeout(resolve, 2_500));
  expect(await control().status()).toMatchObject({ state: 'running' });
});

test.each([
  { Requests: 1, Connections: 1 },
  { Requests: 0, Connections: 2 },
])('a VM with a quiet build or a shell does not sleep either: %o', async (activity) => {
  const { control, settings, paths } = await prepare();
  await control().start();
  await writeFile(join(paths.directory, 'activity.json'), JSON.stringify(activity));
  await settings.update({ idleStopMinutes: 0.01 });
  await new Promise((resolve) => setTimeout(resolve, 2_500));
  expect(await control().status()).toMatchObject({ state: 'running' });
});

test.each(['stop', 'kill'] as const)('%s ends one that rests for good', async (end) => {
  const { control, settings, gone, paths } = await prepare();
  await settings.update({ idleStopMinutes: 0.01 });
  await control().start();
  await vi.waitFor(
    async () => expect(await control().status()).toMatchObject({ asleep: true }),
    30_000,
  );
  await control()[end]();
  await gone();
  expect(existsSync(paths.engineSocket)).toBe(false);
  expect(await control().status()).toMatchObject({ state: 'stopped' });
});

test('a watcher that does not read keeps nobody from starting the machine again', async () => {
  const { control, paths } = await prepare();
  await control().start();
  const watcher = connect(paths.controlSocket);
  onTestFinished(() => void watcher.destroy());
  watcher.pause();
  await new Promise<void>((resolve) => watcher.write(encode({ call: 'watch' }), () => resolve()));
  await control().stop();
  expect(await control().start()).toMatchObject({ state: 'running' });
});

test.skipIf(noPowerShell)(
  'resources that any process changes apply to the running VM immediately',
  async () => {
    const { control, settings, supervisors } = await prepare();
    await settings.update({ cpus: 3, diskGiB: 4 });
    await control().start();
    const becomes = (status: Partial<MachineStatus>) =>
      vi.waitFor(async () => expect(await control().status()).toMatchObject(status), 30_000);
    await settings.update({ cpus: 2, diskGiB: 5 });
    await becomes({ cpus: 2, diskGiB: 5, state: 'running' });
    // Also when they were chosen while nobody looked after it.
    for (const supervisor of supervisors()) process.kill(supervisor, 'SIGKILL');
    await becomes({ state: 'failed' });
    await settings.update({ cpus: 1 });
    await control().start();
    await becomes({ cpus: 1, state: 'running' });
  },
);

test('one that rests answers again after its supervisor was killed, once Berth looks', async () => {
  const { control, settings, supervisors, gone } = await prepare();
  await settings.update({ idleStopMinutes: 0.01 });
  await control().start();
  const asleep = async () => expect(await control().status()).toMatchObject({ asleep: true });
  await vi.waitFor(asleep, 30_000);
  await settings.update({ idleStopMinutes: 0 });
  for (const supervisor of supervisors()) process.kill(supervisor, 'SIGKILL');
  await gone();
  const refused = { code: process.platform === 'win32' ? 'ENOENT' : 'ECONNREFUSED' };
  await vi.waitFor(() => expect(ping(control().engineSocket)).rejects.toMatchObject(refused));
  await asleep();
  expect(await ping(control().engineSocket)).toBe('OK /_ping');
  expect(await control().status()).toMatchObject({ state: 'running' });
});

test('who watches a machine that is removed sees the one that takes its place', async () => {
  const { home, control, gone } = await prepare(defaultMachine);
  const ending = new AbortController();
  const states: MachineStatus['state'][] = [];
  const watching = (async () => {
    for await (const { state } of control().watch(ending.signal)) states.push(state);
  })();
  await control().start();
  await control().kill();
  await gone();
  await createMachines(home).remove(defaultMachine);
  states.length = 0;
  await control().start();
  await vi.waitFor(() => expect(states).toContain('running'));
  ending.abort();
  await watching;
});

test('after an update, the new program takes over the running VM', async () => {
  const { home, name, settings, supervisors, paths } = await prepare();
  // Like an installed program, which an update replaces.
  const installed = join(home, 'fake-supervisor.ts');
  const install = (version: number) =>
    writeFile(installed, `import ${JSON.stringify(supervisorEntry)}; // ${version}`);
  const control = () =>
    createMachineControl({ home, name, settings, supervisorEntry: installed, driver: 'fake' });
  await install(1);
  const { pid, startedAt } = await control().start();
  const before = await supervisors();
  expect(await control().status()).toMatchObject({ state: 'running', pid });
  expect(await supervisors()).toEqual(before);

  const states = new Set<string>();
  const ending = new AbortController();
  const watching = (async () => {
    for await (const { state } of control().watch(ending.signal)) states.add(state);
  })();
  await vi.waitFor(() => expect([...states]).toEqual(['running']), 30_000);
  await install(10);
  // Two clients at once.
  const [status] = await Promise.all([control().status(), control().start()]);
  expect(status).toMatchObject({ state: 'running', pid, startedAt });
  const after = await supervisors();
  expect(after).toHaveLength(1);
  expect(after).not.toEqual(before);
  expect(await ping(paths.engineSocket)).toBe('OK /_ping');
  ending.abort();
  await watching;
  expect([...states].sort()).toEqual(['running', 'starting']);
  await control().stop();
  expect(isAlive(pid ?? 0)).toBe(false);
  // Six processes start one after the other.
}, 60_000);

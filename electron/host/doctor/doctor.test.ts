import { createHash } from 'node:crypto';
import { chmod, mkdir, open, readFile, truncate, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { delimiter, dirname, join } from 'node:path';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { onWindows } from '../../../guest-agent/testing/on-windows.ts';
import type { MachineStatus } from '../../api/machine.ts';
import type { AcceleratorChoice } from '../../api/settings.ts';
import { HostError } from '../base/errors.ts';
import { writeProgram } from '../base/testing/stand-in-program.ts';
import { temporaryDirectory } from '../base/testing/temporary-directory.ts';
import { createCredentialStore } from '../credentials/store.ts';
import { dockerHost, useDockerContext } from '../docker-cli/docker-context.ts';
import { createEngineClient } from '../engine/connection/http-client.ts';
import { type ScriptedEngine, startScriptedEngine } from '../engine/testing/scripted-engine.ts';
import { acquireLock } from '../home/lock.ts';
import { accelerationPath } from '../home/paths.ts';
import { createHost, type Host } from '../host.ts';
import { writeVerdict } from '../hypervisor/accelerator-record.ts';
import { findQemu } from '../hypervisor/discover.ts';
import type { MachineControl } from '../machine/control.ts';
import { runningStatus } from '../machine/testing/running-status.ts';
import { prepareStandIn } from '../supervisor/qemu/testing/prepare-stand-in.ts';
import { writeStubImage } from '../supervisor/testing/stub-image.ts';
import type { Check } from './check.ts';
import { createAccelerationCheck } from './checks/acceleration.ts';
import { clock } from './checks/clock.ts';
import { commandOnPath } from './checks/command-on-path.ts';
import { containerNames } from './checks/container-names.ts';
import { dataDisk } from './checks/data-disk.ts';
import { dockerContext } from './checks/docker-context.ts';
import { createDockerHostCheck, dockerHostVariable } from './checks/docker-host.ts';
import { engine as engineCheck } from './checks/engine.ts';
import { ownFiles } from './checks/file-ownership.ts';
import { image } from './checks/image.ts';
import { lastStart } from './checks/last-start.ts';
import { logs } from './checks/logs.ts';
import { memory } from './checks/memory.ts';
import { names } from './checks/names.ts';
import { ownAgain, permissions } from './checks/permissions.ts';
import { proxy } from './checks/proxy.ts';
import { createQemuCheck, qemu } from './checks/qemu.ts';
import { records } from './checks/records.ts';
import { registry } from './checks/registry.ts';
import { settings } from './checks/settings.ts';
import { sharedFolders } from './checks/shared-folders.ts';
import { supervisor } from './checks/supervisor.ts';
import { createVfkitCheck } from './checks/vfkit.ts';
import { checks, checksOn } from './checks.ts';
import { examine, repair } from './doctor.ts';

let home: string;
let host: Host;
beforeEach(async () => {
  home = await temporaryDirectory();
  host = {
    ...createHost({ home }),
    credentials: createCredentialStore(join(home, 'docker', 'config.json')),
  };
  await mkdir(host.paths.directory, { recursive: true, mode: 0o700 });
});

async function find(check: Check, environment: Record<string, string> = {}) {
  const [found] = await examine(host, environment, [check]);
  return found;
}

/** From here on the machine runs, with a stand-in for its engine. */
async function running(control: Partial<MachineControl> = {}): Promise<ScriptedEngine> {
  const engine = await startScriptedEngine();
  onTestFinished(() => engine[Symbol.asyncDispose]());
  const machine = { ...host.machine, status: async () => runningStatus, ...control };
  host = { ...host, machine, engine: createEngineClient(engine.socketPath) };
  return engine;
}

test('all checks work with a machine that was never started, and say what they are about', async () => {
  const found = await examine(host, { PATH: process.env.PATH });
  expect(found.map(({ name }) => name)).toEqual(checks.map(({ name }) => name));
  expect(new Set(found.map(({ name }) => name)).size).toBe(checks.length);
  for (const { status, message, hint } of found) {
    expect(message).not.toBe('');
    if (status === 'warn' || status === 'fail') expect(hint ?? message).not.toBe('');
  }
  const skipped = found.filter(({ status }) => status === 'skipped').map(({ name }) => name);
  expect(skipped).toEqual(expect.arrayContaining(['engine', 'clock', 'names', 'registry']));
}, 30_000);

test.each([
  ['darwin', 'eval "$(berth env)"', 'sudo chown -R "$USER" '],
  ['win32', 'berth env | Out-String | Invoke-Expression', 'takeown /F "'],
] as const)('on %s, advice is for the shell of the system', async (platform, variable, owner) => {
  const environment = { DOCKER_HOST: 'ssh://elsewhere' };
  expect(await find(createDockerHostCheck(platform), environment)).toMatchObject({
    hint: expect.stringContaining(`\`${variable}\``),
  });
  expect(ownAgain('/home/me/.berth', platform)).toContain(owner);
});

test.each([
  ['darwin', true],
  ['win32', false],
  ['linux', false],
] as const)('on %s, doctor asks for vfkit: %s', (platform, asks) => {
  expect(checksOn(platform).some(({ name }) => name === 'vfkit')).toBe(asks);
});

test('the logs of every process of the host are named', async () => {
  const { status, message } = (await find(logs)) ?? {};
  expect(status).toBe('ok');
  for (const path of [host.paths.supervisorLog, join(home, 'app.log'), join(home, 'cli.log')]) {
    expect(message).toContain(path);
  }
});

const noVfkit = onWindows('vfkit is for macOS');

test.skipIf(noVfkit)(
  'on a Mac whose settings choose vfkit, doctor looks at vfkit and not at QEMU',
  async () => {
    await host.settings.update({ hypervisor: 'vfkit' });
    const bin = join(home, 'bin');
    const mac = { platform: 'darwin', kvmDevice: '' } as const;
    expect(await find(createVfkitCheck('darwin'), { PATH: bin })).toMatchObject({
      ...{ status: 'fail', message: 'vfkit was not found' },
      hint: expect.stringContaining('brew install vfkit'),
    });
    const program = await writeProgram(bin, 'vfkit', {
      answers: [{ prints: 'vfkit version: v0.6.4\n' }],
    });
    expect(await find(createVfkitCheck('darwin'), { PATH: bin })).toMatchObject({
      ...{ status: 'ok', message: `version 0.6.4, ${program}` },
    });
    expect(await find(createQemuCheck('darwin'), { PATH: bin })).toMatchObject({
      status: 'skipped',
    });
    expect(await find(createAccelerationCheck(mac), { PATH: bin })).toMatchObject({
      ...{ status: 'ok', message: expect.stringContaining('vz') },
    });
    const asked = join(home, 'asked');
    const counts = `require('node:fs').appendFileSync(${JSON.stringify(asked)}, 'x'); console.log('vfkit version: v0.6.4')`;
    await writeProgram(bin, 'vfkit', { runs: ['-e', counts, '--'] });
    const all = [
      createVfkitCheck('darwin'),
      createQemuCheck('darwin'),
      createAccelerationCheck(mac),
    ];
    await examine(host, { PATH: bin }, all);
    expect(await readFile(asked, 'utf8')).toBe('x');
    await host.settings.update({ hypervisor: 'qemu' });
    expect(await find(createVfkitCheck('darwin'), { PATH: bin })).toMatchObject({
      status: 'skipped',
    });
  },
);

test('doctor doesn’t ask for QEMU where Hyper-V runs the VM', async () => {
  await writeFile(join(host.paths.directory, 'data.vhdx'), '');
  expect(await find(createQemuCheck('win32'), { PATH: '' })).toMatchObject({
    ...{ status: 'skipped', message: 'Hyper-V runs the VM' },
  });
  const windows = { platform: 'win32', kvmDevice: '' } as const;
  expect(await find(createAccelerationCheck(windows))).toMatchObject({ message: 'Hyper-V' });
});

test('doctor turns on the Windows Hypervisor Platform where the VM would be emulated without it', async () => {
  let state: 'on' | 'off' = 'off';
  let refusal: HostError | undefined;
  const feature = {
    state: async () => state,
    async turnOn() {
      if (refusal) throw refusal;
      state = 'on';
      return 'Restart Windows.';
    },
  };
  const windows = { platform: 'win32', kvmDevice: '', hypervisorPlatform: feature } as const;
  const check = createAccelerationCheck(windows);
  const slow = [{ name: 'acceleration', status: 'warn', message: 'slow' } as const];
  const repaired = () => repair(host, slow, {}, [check]);
  refusal = new HostError('machine-failed', 'canceled by the user', { hint: 'Allow the change.' });
  expect(await repaired()).toEqual([
    {
      name: 'acceleration',
      status: 'fail',
      message: 'canceled by the user',
      hint: 'Allow the change.',
    },
  ]);
  refusal = undefined;
  const fast = [{ name: 'acceleration', status: 'ok', message: 'whpx' } as const];
  expect(await repair(host, fast, {}, [check])).toEqual([]);
  await host.settings.update({ accelerator: 'emulation' });
  expect(await repaired()).toEqual([]);
  await host.settings.update({ accelerator: 'auto' });
  expect(await repaired()).toEqual([
    { name: 'acceleration', status: 'ok', message: 'Restart Windows.' },
  ]);
  expect(await repaired()).toEqual([]);
  const linux = createAccelerationCheck({ ...windows, platform: 'linux' });
  state = 'off';
  expect(await repair(host, slow, {}, [linux])).toEqual([]);
});

test('a missing QEMU is a failure, with what to install', async () => {
  expect(await find(qemu, { PATH: '' })).toMatchObject({
    ...{ name: 'QEMU', status: 'fail', hint: expect.stringMatching(/nstall/) },
  });
});

test('an accelerator is believed once a machine has run on it', async () => {
  const folder = join(home, 'bin');
  await prepareStandIn(folder, {});
  const environment = { PATH: `${folder}${delimiter}${process.env.PATH}` };
  const found = await findQemu('amd64', environment);
  const chosen = async (choice: AcceleratorChoice) => {
    await host.settings.update({ accelerator: choice });
    return find(createAccelerationCheck({ platform: 'linux', kvmDevice: folder }), environment);
  };
  const keep = (works: boolean) =>
    writeVerdict(accelerationPath(home), found, 'kvm', { works, reason: 'KVM internal error' });

  expect(await chosen('auto')).toMatchObject({
    ...{ status: 'ok', message: 'kvm; the first start will show whether it works' },
  });
  await keep(true);
  expect(await chosen('auto')).toMatchObject({ status: 'ok', message: 'kvm' });
  await keep(false);
  expect(await chosen('auto')).toMatchObject({
    ...{ status: 'warn', message: expect.stringContaining('KVM internal error') },
  });
  expect(await chosen('kvm')).toMatchObject({
    ...{ status: 'warn', message: expect.stringContaining('failed before: KVM internal error') },
  });
  expect(await chosen('emulation')).toMatchObject({ status: 'ok' });
  expect(await chosen('hvf')).toMatchObject({ status: 'fail', hint: expect.any(String) });
});

test('settings that cannot be read, or want more than there is', async () => {
  await host.settings.update({ memoryMiB: 1024 ** 2 * 64 });
  expect(await find(memory)).toMatchObject({ status: 'fail', hint: expect.any(String) });
  await writeFile(join(home, 'settings.json'), '{');
  expect(await find(settings)).toMatchObject({
    status: 'fail',
    message: expect.stringContaining('settings.json'),
    hint: expect.stringContaining('Correct the file'),
  });
});

test('names of containers: which of them work, and where', async () => {
  await host.settings.update({ containerNames: 'local' });
  await running();
  expect(await find(containerNames)).toMatchObject({ status: 'skipped' });
  const url = 'http://web.berth.localhost:8880';
  const site = { containerId: 'c', containerName: 'web', urls: [url] };
  const status = async () => ({ ...runningStatus, domains: { port: 8880, list: [site] } });
  await running({ status });
  expect(await find(containerNames)).toMatchObject({
    ...{ status: 'warn', message: expect.stringContaining(`${url} works`) },
    hint: expect.stringContaining('Avahi'),
  });
  await host.settings.update({ containerNames: 'localhost' });
  expect(await find(containerNames)).toMatchObject({ status: 'ok' });
  await host.settings.update({ containerNames: 'off' });
  expect(await find(containerNames)).toMatchObject({ status: 'skipped' });
});

test('shared folders that are not there', async () => {
  await host.settings.update({ sharedFolders: [{ path: home, readOnly: false }] });
  expect(await find(sharedFolders)).toMatchObject({ status: 'ok', message: home });
  await host.settings.update({ sharedFolders: [{ path: join(home, 'gone'), readOnly: true }] });
  expect(await find(sharedFolders)).toMatchObject({
    ...{ status: 'fail', message: `${join(home, 'gone')} isn't a folder` },
  });
});

test('a shared folder that has gone since the machine started', async () => {
  await host.settings.update({ sharedFolders: [{ path: home, readOnly: false }] });
  const folderProblems = [{ path: home, problem: 'it was removed', hint: 'Start again.' }];
  await running({ status: async () => ({ ...runningStatus, folderProblems }) });
  expect(await find(sharedFolders)).toMatchObject({
    ...{ status: 'warn', message: `${home}: it was removed`, hint: 'Start again.' },
  });
});

test.skipIf(onWindows('access rights aren’t in the mode'))(
  'files that others can reach',
  async () => {
    expect(await find(permissions)).toMatchObject({ status: 'ok' });
    await chmod(host.paths.directory, 0o755);
    expect(await find(permissions)).toMatchObject({
      status: 'warn',
      hint: expect.stringContaining('chmod go='),
    });
  },
);

test('an image that is missing, damaged or whole', async () => {
  const directory = join(home, 'image');
  const environment = { BERTH_IMAGE_DIR: directory };
  expect(await find(image, environment)).toMatchObject({ status: 'fail' });
  const files = await writeStubImage(directory);
  const artefact = async (path: string) => {
    const content = await readFile(path);
    const sha256 = createHash('sha256').update(content).digest('hex');
    return { size: content.length, sha256 };
  };
  const artefacts = {
    kernel: await artefact(files.kernel),
    initrd: await artefact(files.initrd),
    'root.erofs': await artefact(files.root),
  };
  const manifest = { inputs: 'x', kernelVersion: '6.12', artefacts };
  await writeFile(join(directory, 'manifest.json'), JSON.stringify(manifest));
  expect(await find(image, environment)).toMatchObject({ status: 'ok' });
  const root = await open(files.root, 'r+');
  await root.write('x', 100);
  await root.close();
  expect(await find(image, environment)).toMatchObject({
    ...{ status: 'fail', message: 'root.erofs is damaged' },
  });
});

/** A superblock of ext4 in an otherwise empty disk. */
async function writeDisk(magic: number, errors: number): Promise<void> {
  const block = Buffer.alloc(1024);
  block.writeUInt16LE(magic, 0x38);
  block.writeUInt32LE(errors, 0x194);
  await writeFile(host.paths.dataDisk, Buffer.concat([Buffer.alloc(1024), block]));
  await truncate(host.paths.dataDisk, 1024 * 1024);
}

test.each<[string, () => Promise<void>]>([
  ['is missing', async () => {}],
  ['is empty', () => writeFile(host.paths.dataDisk, '')],
])('a data disk that was used and %s', async (words, lose) => {
  await writeFile(host.paths.dataDiskRecord, '{"format":1,"image":"first"}');
  await lose();
  expect(await find(dataDisk)).toMatchObject({
    status: 'fail',
    message: expect.stringContaining(words),
  });
});

test('a data disk: absent, empty, well, with errors, damaged, of a newer Berth', async () => {
  expect(await find(dataDisk)).toMatchObject({ status: 'ok', message: 'not created yet' });
  await writeFile(host.paths.dataDisk, '');
  await truncate(host.paths.dataDisk, 8192);
  expect(await find(dataDisk)).toMatchObject({ status: 'ok', message: 'not formatted yet' });
  await writeDisk(0, 0);
  await writeFile(host.paths.dataDisk, 'written to', { flag: 'r+' });
  expect(await find(dataDisk)).toMatchObject({ status: 'fail' });
  await writeDisk(0xef53, 0);
  expect(await find(dataDisk)).toMatchObject({ status: 'ok', message: 'no errors, format 1' });
  await writeDisk(0xef53, 3);
  expect(await find(dataDisk)).toMatchObject({
    status: 'fail',
    message: expect.stringContaining('3 errors'),
  });
  await writeDisk(0x1234, 0);
  expect(await find(dataDisk)).toMatchObject({ status: 'fail' });
  await writeStubImage(join(home, 'image'));
  await writeFile(host.paths.dataDiskRecord, '{"format": 99}');
  expect(await find(dataDisk, { BERTH_IMAGE_DIR: join(home, 'image') })).toMatchObject({
    status: 'fail',
    message: expect.stringContaining('from a newer version of Berth'),
  });
});

test('a supervisor that has the lock and does not answer', async () => {
  expect(await find(supervisor)).toMatchObject({ status: 'ok' });
  const lock = acquireLock(host.paths.lock);
  expect(await find(supervisor)).toMatchObject({
    ...{ status: 'fail', message: "it runs, but doesn't answer" },
  });
  lock?.release();
  expect(await find(supervisor)).toMatchObject({ status: 'ok' });
});

const noSocketFiles = onWindows('a named pipe ends with its server');

test.skipIf(noSocketFiles)('a socket that a killed supervisor left behind', async () => {
  acquireLock(host.paths.lock)?.release();
  await writeFile(host.paths.engineSocket, '');
  expect(await find(supervisor)).toMatchObject({
    ...{ status: 'warn', message: expect.stringContaining('nothing answers') },
    hint: expect.stringContaining('berth machine start'),
  });
});

test('a failed VM is reported with its reason', async () => {
  const failure = { message: 'The VM crashed: it', hint: 'Start the VM again.', console: [] };
  const status: MachineStatus = { ...runningStatus, state: 'failed', failure };
  host = { ...host, machine: { ...host.machine, status: async () => status } };
  expect(await find(lastStart)).toMatchObject({
    ...{ status: 'fail', message: failure.message, hint: failure.hint },
  });
});

test('an engine that does not answer is a failure, and one that does is well', async () => {
  const engine = await running();
  expect(await find(engineCheck)).toMatchObject({ status: 'fail' });
  engine.json('GET /version', { Version: '1', ApiVersion: '1.44', Os: 'linux', Arch: 'amd64' });
  expect(await find(engineCheck)).toMatchObject({ status: 'ok' });
});

test('an engine that hangs is a failure at once, with what the status knows of it', async () => {
  const engineNotAnsweringSince = '2026-01-02T03:04:05.000Z';
  await running({ status: async () => ({ ...runningStatus, engineNotAnsweringSince }) });
  expect(await find(engineCheck)).toMatchObject({
    status: 'fail',
    message: `not answering since ${engineNotAnsweringSince}`,
    hint: expect.stringContaining('`berth machine restart`'),
  });
});

test.each([
  [0, 'ok'],
  [-20_000, 'warn'],
  [3_600_000, 'fail'],
])('a clock that is %d ms off is %s', async (off, status) => {
  const engine = await running();
  engine.answer('GET /info', (_, response) => {
    response.end(JSON.stringify({ SystemTime: new Date(Date.now() + off).toISOString() }));
  });
  expect(await find(clock)).toMatchObject({ status });
});

test('records that the engine found damaged, and files of our own that were', async () => {
  const engine = await running();
  engine.json('GET /info', { Warnings: null });
  expect(await find(records)).toMatchObject({ status: 'ok' });
  engine.json('GET /info', { Warnings: ['WARNING: The record of volume data was lost.'] });
  expect(await find(records)).toMatchObject({
    ...{ status: 'warn', message: 'The record of volume data was lost.' },
    hint: expect.stringContaining('agent.log'),
  });
  expect(await find(ownFiles)).toMatchObject({ status: 'ok' });
  await writeFile(join(home, 'app.json'), '{');
  await host.appSettings.update({ theme: 'dark' });
  expect(await find(ownFiles)).toMatchObject({
    status: 'warn',
    message: expect.stringContaining(join(home, 'app.json.damaged')),
  });
});

test('names that the machine cannot look up', async () => {
  const stdout = "Server: 10.0.2.3\n\n** server can't find registry-1.docker.io: NXDOMAIN\n";
  await running({ inGuest: async () => ({ code: 1, stdout, stderr: '' }) });
  expect(await find(names)).toMatchObject({
    status: 'warn',
    message: "the VM can't resolve registry-1.docker.io: the name doesn't exist",
  });
  await running({ inGuest: async () => ({ code: 0, stdout: '', stderr: '' }) });
  expect(await find(names)).toMatchObject({ status: 'ok' });
});

test('an unreachable registry is reported in the engine’s words', async () => {
  const engine = await running();
  const route = 'GET /distribution/docker.io/library/busybox/json';
  engine.json(route, { message: 'no route to host' }, 500);
  expect(await find(registry)).toMatchObject({
    ...{ status: 'warn', message: expect.stringContaining('no route to host') },
  });
  engine.json(route, {});
  expect(await find(registry)).toMatchObject({ status: 'ok' });
});

test('docker’s context, variable and the command', async () => {
  const target = { name: 'default', engineSocket: host.machine.engineSocket };
  const config = host.credentials.path;
  expect(await find(dockerContext)).toMatchObject({ status: 'ok' });
  await useDockerContext({ ...target, engineSocket: '/old.sock' }, config);
  expect(await find(dockerContext)).toMatchObject({ status: 'warn' });
  await useDockerContext(target, config);
  expect(await find(dockerContext)).toMatchObject({ message: '"berth" is the current one' });

  expect(await find(dockerHostVariable)).toMatchObject({ status: 'ok' });
  const found = await find(dockerHostVariable, { DOCKER_HOST: 'ssh://me:secret@elsewhere' });
  expect(found).toMatchObject({ status: 'warn' });
  expect(found?.message).not.toContain('secret');
  const own = { DOCKER_HOST: dockerHost(target.engineSocket) };
  expect(await find(dockerHostVariable, own)).toMatchObject({ status: 'ok' });

  expect(await find(commandOnPath, { PATH: home })).toMatchObject({ status: 'warn' });
  await writeFile(join(home, process.platform === 'win32' ? 'berth.cmd' : 'berth'), '');
  expect(await find(commandOnPath, { PATH: ['/none', home].join(delimiter) })).toMatchObject({
    status: 'ok',
  });
  expect(dirname(config)).toBe(join(home, 'docker'));
});

test('a proxy that answers, one that does not, and one that is none', async () => {
  const server = createServer((socket) => socket.end());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  const HTTPS_PROXY = `http://me:secret@127.0.0.1:${port}`;
  expect(await find(proxy, { HTTPS_PROXY, NO_PROXY: 'localhost' })).toMatchObject({
    ...{ status: 'ok', message: `127.0.0.1:${port} answers` },
  });
  expect(await find(proxy, { HTTPS_PROXY })).toMatchObject({ status: 'warn' });
  await new Promise((resolve) => server.close(resolve));
  expect(await find(proxy, { HTTPS_PROXY })).toMatchObject({
    ...{ status: 'fail', message: `127.0.0.1:${port} (HTTPS_PROXY) doesn't answer` },
  });
  expect(await find(proxy, { http_proxy: 'http://' })).toMatchObject({ status: 'fail' });
  await host.settings.update({ proxy: { http: `http://127.0.0.1:${port}`, exclude: [] } });
  expect(await find(proxy)).toMatchObject({ message: expect.stringContaining('in the settings') });
});

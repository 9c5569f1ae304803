import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { onWindows } from '../../../guest-agent/testing/on-windows.ts';
import { HostError } from '../base/errors.ts';
import { temporaryDirectory } from '../base/testing/temporary-directory.ts';
import { hypervDataDisk, machinePaths } from '../home/paths.ts';
import { type DriverEntry, drivers } from './drivers.ts';
import { type Drivers, selectDriver } from './select-driver.ts';
import { createFakeMachine } from './testing/fake-machine.ts';

function entry(change: Partial<DriverEntry> = {}): DriverEntry {
  return {
    create: (context) => createFakeMachine(context),
    obstacle: async () => undefined,
    isPreferred: async () => true,
    ...change,
  };
}

const missing = new HostError('missing-program', 'Hyper-V is turned off', { hint: 'Turn it on.' });
const hyperv = entry({
  dataDisk: hypervDataDisk,
  isPreferred: async ({ platform }) => platform === 'win32',
});
const refused = { ...hyperv, obstacle: async () => missing };
const vfkit = entry({
  isPreferred: async ({ platform, architecture }) =>
    platform === 'darwin' && architecture === 'arm64',
  obstacle: async ({ platform }) =>
    platform === 'darwin' ? undefined : new HostError('invalid', 'vfkit runs only on a Mac'),
});
const all: Drivers = { hyperv, vfkit, qemu: entry() };
const here = {
  environment: {},
  architecture: 'amd64',
  accelerator: 'auto',
  accelerationRecord: '',
} as const;

async function machineFiles() {
  const paths = machinePaths(await temporaryDirectory(), 'test');
  await mkdir(paths.directory, { recursive: true });
  return paths;
}

test.each([
  ['win32', 'amd64', all, 'hyperv'],
  ['win32', 'amd64', { ...all, hyperv: refused }, 'qemu'],
  ['darwin', 'arm64', all, 'vfkit'],
  ['darwin', 'amd64', { ...all, hyperv: refused }, 'qemu'],
  ['linux', 'amd64', { ...all, hyperv: refused }, 'qemu'],
] as const)(
  'on %s %s, a new VM gets the best driver of the host',
  async (platform, arch, of, name) => {
    const paths = await machineFiles();
    const context = { ...here, platform, architecture: arch, paths };
    expect(await selectDriver(context, 'auto', of)).toMatchObject({ name });
  },
);

test('the user’s choice is taken, or refused with what to do', async () => {
  const context = { ...here, platform: 'win32', paths: await machineFiles() } as const;
  expect(await selectDriver(context, 'qemu', all)).toMatchObject({ name: 'qemu' });
  await expect(selectDriver(context, 'hyperv', { ...all, hyperv: refused })).rejects.toBe(missing);
  await expect(selectDriver(context, 'vfkit', all)).rejects.toMatchObject({ code: 'invalid' });
  await expect(selectDriver(context, 'vfkit', { qemu: entry() })).rejects.toMatchObject({
    ...{ code: 'invalid', hint: expect.stringContaining('"auto"') },
  });
});

test('only QEMU emulates: on Apple silicon, vfkit isn’t used then', async () => {
  const of = {
    ...all,
    hyperv: refused,
    vfkit: { ...vfkit, ...drivers.vfkit, obstacle: vfkit.obstacle },
  };
  const mac = { ...here, platform: 'darwin', architecture: 'arm64' } as const;
  const paths = await machineFiles();
  expect(await selectDriver({ ...mac, paths }, 'auto', of)).toMatchObject({ name: 'vfkit' });
  const emulating = { ...mac, paths, accelerator: 'emulation' } as const;
  expect(await selectDriver(emulating, 'auto', of)).toMatchObject({ name: 'qemu' });
});

test('a VM with a raw data disk stays with QEMU, whose disk Hyper-V can’t use', async () => {
  const context = { ...here, platform: 'win32', paths: await machineFiles() } as const;
  await writeFile(context.paths.dataDisk, 'data');
  expect(await selectDriver(context, 'auto', all)).toMatchObject({ name: 'qemu' });
  await expect(selectDriver(context, 'hyperv', all)).rejects.toMatchObject({
    ...{ code: 'invalid', hint: expect.stringContaining('berth machine create') },
  });
});

test('a VM with a Hyper-V disk is never given an empty raw disk', async () => {
  const context = { ...here, platform: 'win32', paths: await machineFiles() } as const;
  const selected = await selectDriver(context, 'auto', all);
  expect(selected.paths.dataDisk).toMatch(/data\.vhdx$/);
  expect(selected.paths.dataDiskBackup).toMatch(/data\.backup\.vhdx$/);
  await writeFile(selected.paths.dataDisk, 'data');
  expect(await selectDriver(context, 'auto', all)).toMatchObject({ name: 'hyperv' });
  await expect(selectDriver(context, 'auto', { ...all, hyperv: refused })).rejects.toBe(missing);
  await expect(selectDriver(context, 'qemu', all)).rejects.toMatchObject({ code: 'invalid' });
});

/** A program in place of QEMU that runs a VM with WHPX, or fails as QEMU does without WHPX. */
async function qemuFor(whpx: boolean): Promise<{ PATH: string }> {
  const directory = await temporaryDirectory();
  const path = join(directory, 'qemu-system-x86_64');
  const refusal = 'echo "qemu-system-x86_64: WHPX: No accelerator found, hr=00000000" >&2; exit 1';
  await writeFile(
    path,
    `#!/bin/sh
[ "$1" = --version ] && echo 'QEMU emulator version 10.2.0' && exit
${whpx ? 'exit 0' : refusal}
`,
  );
  await chmod(path, 0o755);
  return { PATH: directory };
}

test.skipIf(onWindows('a script can’t be started')).each([
  ['QEMU with WHPX', true, 'auto', 'qemu'],
  ['a QEMU that would emulate', false, 'auto', 'hyperv'],
  ['a QEMU that is meant to emulate', false, 'emulation', 'qemu'],
  ['a QEMU that must have WHPX', false, 'whpx', 'qemu'],
  ['no QEMU', undefined, 'auto', 'hyperv'],
] as const)(
  'on Windows with Hyper-V and %s, a new VM gets the driver that is fast and can do it',
  async (_, whpx, accelerator, name) => {
    const paths = await machineFiles();
    const environment = whpx === undefined ? { PATH: '' } : await qemuFor(whpx);
    const accelerationRecord = join(paths.directory, 'acceleration.json');
    const context = { ...here, platform: 'win32', environment, accelerator } as const;
    const usable = { ...drivers.hyperv, obstacle: async () => undefined };
    const of = { ...all, hyperv: { ...hyperv, ...usable }, qemu: drivers.qemu };
    const selected = await selectDriver({ ...context, paths, accelerationRecord }, 'auto', of);
    expect(selected).toMatchObject({ name });
  },
);

test('a VM that runs keeps its driver, whatever the settings say', async () => {
  const context = { ...here, platform: 'win32', paths: await machineFiles() } as const;
  await writeFile(context.paths.hypervisorPid, String(process.pid));
  // Without a record of its launch, the data disk tells.
  expect(await selectDriver(context, 'auto', all)).toMatchObject({ name: 'hyperv' });
  await writeFile(context.paths.launch, JSON.stringify({ fingerprint: '', applied: {} }));
  expect(await selectDriver(context, 'hyperv', all)).toMatchObject({ name: 'qemu' });
  const launch = { driver: 'hyperv', fingerprint: '', applied: {} };
  await writeFile(context.paths.launch, JSON.stringify(launch));
  expect(await selectDriver(context, 'qemu', all)).toMatchObject({ name: 'hyperv' });
});

test('a suspended VM resumes with the driver that saved it', async () => {
  const context = { ...here, platform: 'darwin', architecture: 'arm64' } as const;
  const paths = await machineFiles();
  const saved = {
    launch: { driver: 'qemu', fingerprint: '', applied: {} },
    ...{ dataDisk: { size: 0, modified: '0' }, savedAt: new Date().toISOString() },
  };
  await writeFile(paths.savedState, JSON.stringify(saved));
  await writeFile(paths.dataDisk, 'data');
  expect(await selectDriver({ ...context, paths }, 'auto', all)).toMatchObject({ name: 'qemu' });
});

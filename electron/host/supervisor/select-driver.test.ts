import { mkdir, writeFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { HostError } from '../base/errors.ts';
import { temporaryDirectory } from '../base/testing/temporary-directory.ts';
import { hypervDataDisk, machinePaths } from '../home/paths.ts';
import type { DriverEntry } from './drivers.ts';
import { type Drivers, selectDriver } from './select-driver.ts';
import { createFakeMachine } from './testing/fake-machine.ts';

function entry(change: Partial<DriverEntry> = {}): DriverEntry {
  return {
    create: (context) => createFakeMachine(context),
    obstacle: async () => undefined,
    isPreferred: () => true,
    ...change,
  };
}

const missing = new HostError('missing-program', 'Hyper-V is turned off', { hint: 'Turn it on.' });
const hyperv = entry({
  dataDisk: hypervDataDisk,
  isPreferred: ({ platform }) => platform === 'win32',
});
const refused = { ...hyperv, obstacle: async () => missing };
const vfkit = entry({
  isPreferred: ({ platform, architecture }) => platform === 'darwin' && architecture === 'arm64',
  obstacle: async ({ platform }) =>
    platform === 'darwin' ? undefined : new HostError('invalid', 'vfkit runs only on a Mac'),
});
const all: Drivers = { hyperv, vfkit, qemu: entry() };
const here = { environment: {}, architecture: 'amd64' } as const;

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
  'with the automatic choice, a new VM on %s %s gets the host’s best',
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

test('a VM that runs keeps its driver, whatever the settings say', async () => {
  const context = { ...here, platform: 'win32', paths: await machineFiles() } as const;
  await writeFile(context.paths.hypervisorPid, String(process.pid));
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

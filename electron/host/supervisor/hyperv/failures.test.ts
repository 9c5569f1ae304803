import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFinished, test, vi } from 'vitest';
import * as z from 'zod';
import { temporaryDirectory } from '../../base/testing/temporary-directory.ts';

import { accelerationPath, dataDiskPaths, hypervDataDisk, machinePaths } from '../../home/paths.ts';
import { keepSavedState } from '../../home/saved-state.ts';
import { writeStubImage } from '../testing/stub-image.ts';
import { createHypervMachine } from './driver.ts';
import { hypervObstacle } from './obstacle.ts';
import { standInHost } from './testing/stand-in-host.ts';

async function prepare() {
  const home = await temporaryDirectory();

  const files = machinePaths(home, 'test');
  await mkdir(files.directory, { recursive: true });
  const paths = { ...files, ...dataDiskPaths(files.directory, hypervDataDisk) };
  const image = { ...(await writeStubImage(home)), esp: join(home, 'esp.img') };
  await writeFile(image.esp, Buffer.alloc(4096));
  await writeFile(paths.configDisk, Buffer.alloc(4096));
  await writeFile(paths.console, '');
  const host = standInHost(home);
  const open = (powershell = host.powershell) =>
    createHypervMachine(
      {
        ...{ paths, architecture: 'amd64', image: () => image },
        accelerationRecord: accelerationPath(home),
      },
      { ...host, powershell },
    );
  const machine = open();
  onTestFinished(() => machine.kill());
  const spec = { cpus: 2, memoryMiB: 1024, diskGiB: 4, shares: [], accelerator: 'hyperv' };
  const vms = async () =>
    JSON.parse(await readFile(join(home, 'vms.json'), 'utf8').catch(() => '[]'));
  return { home, paths, host, machine, open, spec, vms };
}

test('disks are at the LUNs that the guest expects, and the firmware boots from the ESP', async () => {
  const { machine, spec, vms, paths } = await prepare();
  await machine.create(spec);
  await machine.start(spec);
  const [vm] = await vms();
  expect(vm.disks.map(({ lun, path }: { lun: number; path: string }) => [lun, path])).toEqual([
    [0, expect.stringMatching(/root\.vhdx$/)],
    [1, paths.dataDisk],
    [2, expect.stringMatching(/config\.vhdx$/)],
    [3, expect.stringMatching(/esp\.vhdx$/)],
  ]);
  expect(vm).toMatchObject({ bootLun: 3, cpus: 2, memoryBytes: 1024 ** 3 });
  expect(vm.name).toMatch(/^berth-test-[0-9a-f]{8}$/);
});

test('the console is written to a file, and an ended VM is removed from Hyper-V', async () => {
  const { machine, spec, vms, paths } = await prepare();
  await machine.create(spec);
  await machine.start(spec);
  await vi.waitFor(async () =>
    expect(await readFile(paths.console, 'utf8')).toContain('hello from the serial port'),
  );
  await machine.stop();
  expect(await vms()).toEqual([]);
});

test('another process takes a running VM over', async () => {
  const { machine, open, spec } = await prepare();
  await machine.create(spec);
  await machine.start(spec);
  const found = await machine.status();
  expect(await open().status()).toEqual(found);
});

test('a suspended VM that is given up leaves nothing in Hyper-V', async () => {
  const { machine, open, spec, paths, vms } = await prepare();
  await machine.create(spec);
  await machine.start(spec);
  await machine.save();
  await machine.stop();
  await keepSavedState(paths, { fingerprint: '', applied: {} });
  const next = open();
  expect(await next.status()).toEqual({ state: 'stopped' });
  expect(await vms()).toMatchObject([{ state: 'Saved' }]);
  await next.forget?.();
  expect(await vms()).toEqual([]);
});

test('a refused start says what to do, and leaves no VM', async () => {
  const { machine, host, spec, vms } = await prepare();
  await machine.create(spec);
  await host.behave({ errors: { start: denied } });
  await expect(machine.start(spec)).rejects.toMatchObject({
    ...{ code: 'machine-failed', message: expect.stringContaining('required permission') },
    hint: expect.stringContaining('Hyper-V Administrators'),
  });
  expect(await vms()).toEqual([]);
  await host.behave({ noSwitch: true });
  await expect(machine.start(spec)).rejects.toMatchObject({
    hint: expect.stringContaining('Default Switch'),
  });
});

test('a failed save leaves the VM running and no saved state', async () => {
  const { machine, host, spec } = await prepare();
  await machine.create(spec);
  await machine.start(spec);
  const full = {
    message: 'There is not enough space on the disk.',
    id: 'OperationFailed',
    category: 'WriteError',
  };
  await host.behave({ errors: { save: full } });
  await expect(machine.save()).rejects.toThrow('not enough space');
  expect(await machine.status()).toMatchObject({ state: 'running', held: false });
});

test.each([
  [{ member: false }, 'allowed', 'S-1-5-32-578'],
  [
    { module: false, service: 'missing', edition: 'Core' },
    'Windows Home',
    'Windows Hypervisor Platform',
  ],
  [{ module: false, service: 'missing' }, 'installed', 'Windows features'],
  [{ service: 'Stopped' }, "isn't running", 'Virtual Machine Management'],
])(
  'a host with %o can’t use Hyper-V, and the reason says what to do',
  async (probe, message, hint) => {
    const host = standInHost(await temporaryDirectory());
    await host.behave({ probe });
    expect(await hypervObstacle(host.powershell)).toMatchObject({
      ...{ code: 'missing-program', message: expect.stringContaining(message) },
      hint: expect.stringContaining(hint),
    });
  },
);

const denied = {
  message: 'You do not have the required permission to complete this task.',
  ...{
    id: 'AccessDenied,Microsoft.HyperV.PowerShell.Commands.GetVM',
    category: 'PermissionDenied',
  },
};

test.each([
  ['a refused cmdlet', { errors: { find: denied } }, 'Hyper-V Administrators'],
  ['a PowerShell that ends', { exits: 'find' }, 'restart your PC'],
  [
    'an empty list for a user without rights',
    { hidesVms: true, probe: { member: false } },
    'S-1-5',
  ],
])(
  '%s isn’t taken for a VM that is stopped, and the VM keeps running',
  async (_, behaviour, hint) => {
    const { machine, host, open, spec, vms } = await prepare();
    await machine.create(spec);
    await machine.start(spec);
    const [vm] = await vms();
    // The process that holds the VM sees that the VM runs.
    await host.behave(behaviour);
    expect(await machine.status()).toEqual({ state: 'running', pid: vm.pid, held: false });
    await host.behave(behaviour);
    const other = open(standInHost(host.directory).powershell);
    await expect(other.status()).rejects.toMatchObject({
      ...{
        code: 'machine-failed',
        message: expect.stringContaining("can't tell whether the VM runs"),
      },
      hint: expect.stringContaining(hint),
    });
    await host.behave({});
    await expect(other.start(spec)).rejects.toThrow('already runs');
    expect(await vms()).toEqual([vm]);
  },
);

test('a VM that is being saved when it is looked for is waited for', async () => {
  const { machine, host, open, spec } = await prepare();
  await machine.create(spec);
  await machine.start(spec);
  await host.behave({ state: 'Resuming' });
  const found = open().status();
  await expect(Promise.race([found, sleep(700)])).resolves.toBeUndefined();
  await host.behave({});
  expect(await found).toMatchObject({ state: 'running', held: false });
});

test('a PC without Hyper-V has no VM that runs', async () => {
  const { host, open } = await prepare();
  const id = 'CommandNotFoundException';
  await host.behave({ errors: { find: { message: 'Get-VM?', id, category: 'ObjectNotFound' } } });
  expect(await open().status()).toEqual({ state: 'stopped' });
});

test('a saved VM that Hyper-V doesn’t remove is reported', async () => {
  const { machine, host, spec } = await prepare();
  await machine.create(spec);
  await machine.start(spec);
  await machine.save();
  await machine.stop();
  await host.behave({ errors: { remove: denied } });
  await expect(machine.forget?.()).rejects.toMatchObject({
    ...{ message: expect.stringContaining('still has the VM') },
    hint: expect.stringContaining('Hyper-V Administrators'),
  });
});

test('one start asks for the rights once', async () => {
  const { machine, host, spec } = await prepare();
  const { call } = host.powershell;
  const asked: string[] = [];
  Object.assign(host.powershell, {
    call: (...args: Parameters<typeof call>) => {
      asked.push(args[0]);
      return call(...args);
    },
  });
  expect(await hypervObstacle(host.powershell)).toBeUndefined();
  expect(await machine.status()).toEqual({ state: 'stopped' });
  await machine.features();
  await machine.create(spec);
  await machine.start(spec);
  expect(asked.filter((operation) => operation === 'probe')).toHaveLength(1);
});

test('a call that hangs ends PowerShell at its deadline; the next call starts it again', async () => {
  const { powershell, behave } = standInHost(await temporaryDirectory());
  await behave({ hangs: 'probe' });
  await expect(powershell.call('probe', {}, z.unknown(), 500)).rejects.toMatchObject({
    code: 'timeout',
  });
  await behave({ exits: 'probe' });
  await expect(powershell.call('probe', {}, z.unknown())).rejects.toThrow('ended unexpectedly');
  await behave({});
  expect(await powershell.call('probe', { name: 'Bücher' }, z.unknown())).toMatchObject({
    member: true,
  });
});

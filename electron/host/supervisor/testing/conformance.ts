import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, open, rm, stat, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { ownerOnly } from '../../../../guest-agent/testing/on-windows.ts';
import { HostError } from '../../base/errors.ts';
import { isAlive as isAliveHere } from '../../base/process.ts';
import { temporaryDirectory } from '../../base/testing/temporary-directory.ts';
import { clearConsole } from '../../home/console.ts';
import { accelerationPath, type MachinePaths, machinePaths } from '../../home/paths.ts';
import { type GuestImage, guestArchitecture } from '../../home/resources.ts';
import { writeConfigDisk } from '../boot/config-disk.ts';
import { ensureKeys } from '../bridge/keys.ts';
import type { MachineDriver } from '../drivers.ts';
import type { Machine, MachineContext, MachineForward, MachineSpec, Resource } from '../machine.ts';

const resources = { cpus: 1, memoryMiB: 512, diskGiB: 4, shares: [] };

/** How a test reads and writes a driver's data disk. */
export interface ConformanceDisk {
  /** The size that the VM sees, in bytes. */
  size(paths: MachinePaths): Promise<number>;
  read(paths: MachinePaths, length: number, position: number): Promise<string>;
  write(paths: MachinePaths, text: string, position: number): Promise<void>;
}

/** A data disk that is a raw file. */
export const rawDisk: ConformanceDisk = {
  size: async ({ dataDisk }) => (await stat(dataDisk)).size,
  async read({ dataDisk }, length, position) {
    const disk = await open(dataDisk, 'r');
    const { buffer } = await disk.read(Buffer.alloc(length), 0, length, position);
    await disk.close();
    return buffer.toString();
  },
  async write({ dataDisk }, text, position) {
    const disk = await open(dataDisk, 'r+');
    await disk.write(text, position);
    await disk.close();
  },
};

/** The driver to test, and where it may differ from others. */
export interface ConformanceSubject {
  readonly name: string;
  readonly driver: MachineDriver;
  /** The image need not contain a guest that boots. */
  readonly image: () => Promise<GuestImage>;
  /** The files of the VM, if the driver uses others than `machinePaths` returns. */
  readonly paths?: (paths: MachinePaths) => MachinePaths;
  /** The resources that a running VM can change, apart from more memory. */
  readonly resizes?: readonly Resource[];
  readonly dataDisk?: ConformanceDisk;
  /** Ends the VM's process without the driver. */
  readonly killFromOutside?: (pid: number) => Promise<void>;
  readonly isAlive?: (pid: number) => boolean;
  /** The host of `address()`. */
  readonly host?: string;
}

const sorted = (resources: readonly Resource[]) => [...resources].sort();

/** The rules for every driver. */
export function describeMachine(subject: ConformanceSubject): void {
  const {
    name,
    driver,
    image,
    paths: pathsOf = (paths: MachinePaths) => paths,
    resizes = ['cpus', 'diskGiB'],
    dataDisk = rawDisk,
    killFromOutside = async (pid: number) => void process.kill(pid, 'SIGKILL'),
    isAlive = isAliveHere,
    host: expectedHost = '127.0.0.1',
  } = subject;
  describe(`the ${name} driver`, () => {
    interface Prepared {
      readonly machine: Machine;
      readonly context: MachineContext;
      readonly spec: MachineSpec;
    }

    async function prepare(): Promise<Prepared> {
      const home = await temporaryDirectory();
      const paths = pathsOf(machinePaths(home, 'test'));
      const files = await image();
      const context = {
        ...{ paths, accelerationRecord: accelerationPath(home) },
        ...{ architecture: guestArchitecture(), image: () => files },
      };
      const machine = driver(context);
      onTestFinished(() => machine.kill());
      await mkdir(paths.directory, { recursive: true });
      const keys = await ensureKeys(paths);
      await writeConfigDisk(paths.configDisk, {
        version: 1,
        hostname: 'test',
        ssh: { authorizedKeys: [keys.client.publicKey], hostKey: keys.guestHost.privateKey },
        registries: { insecure: [] },
      });
      await clearConsole(paths.console);
      const { accelerator } = await machine.acceleration('auto');
      return { machine, context, spec: { ...resources, accelerator } };
    }

    async function start() {
      const prepared = await prepare();
      await prepared.machine.create(prepared.spec);
      await prepared.machine.start(prepared.spec);
      return prepared;
    }

    async function pidOf(machine: Machine): Promise<number> {
      const found = await machine.status();
      if (found.state !== 'running') throw new Error("the VM isn't running");
      return found.pid;
    }

    /** `save` of a driver that can't save: the VM continues, and no file is left. */
    async function expectRefusedSave(machine: Machine, { paths }: MachineContext): Promise<void> {
      await expect(machine.save()).rejects.toBeInstanceOf(HostError);
      expect(await machine.status()).toMatchObject({ state: 'running', held: false });
      expect(existsSync(paths.savedMemory)).toBe(false);
    }

    test('names an accelerator', async () => {
      const { machine } = await prepare();
      expect((await machine.acceleration('auto')).accelerator).toMatch(/^\w+$/);
    });

    test('is stopped before it is started, and ends at once', async () => {
      const { machine } = await prepare();
      expect(await machine.status()).toEqual({ state: 'stopped' });
      await machine.exited();
      await machine.kill();
      await machine.stop();
      await expect(machine.address()).rejects.toMatchObject({ code: 'machine-not-running' });
    });

    test('makes a sparse data disk once, and enlarges it without losing data', async () => {
      const { machine, context, spec } = await prepare();
      await machine.create(spec);
      await dataDisk.write(context.paths, 'kept', 4096);
      await machine.create({ ...spec, diskGiB: 8 });
      await machine.create({ ...spec, diskGiB: 6 });
      expect(await dataDisk.size(context.paths)).toBe(8 * 1024 ** 3);
      const { blocks, mode } = await stat(context.paths.dataDisk);
      expect(blocks * 512).toBeLessThan(1024 ** 2);
      expect(mode & 0o777).toBe(ownerOnly);
      expect(await dataDisk.read(context.paths, 4, 4096)).toBe('kept');
    });

    test('gives a running process a larger disk, and says what it cannot give', async () => {
      const { machine, context, spec } = await prepare();
      await expect(machine.resize(spec)).rejects.toMatchObject({ code: 'machine-not-running' });
      await machine.create(spec);
      await machine.start(spec);
      const size = async () => (await dataDisk.size(context.paths)) / 1024 ** 3;
      const before = await size();
      const larger = { ...spec, diskGiB: 6, memoryMiB: 1024 };
      expect(sorted(await machine.resize(larger))).toEqual(sorted(resizes));
      const after = resizes.includes('diskGiB') ? 6 : before;
      expect(await size()).toBe(after);
      // The VM has its first processors and memory, and at least as large a disk.
      expect(sorted(await machine.resize(spec))).toEqual(['cpus', 'diskGiB', 'memoryMiB']);
      expect(await size()).toBe(after);
    });

    test('starts a process and forwards a loopback port to it', async () => {
      const { machine } = await start();
      expect(isAlive(await pidOf(machine))).toBe(true);
      const { host, port } = await machine.address();
      expect(host).toBe(expectedHost);
      const socket = connect({ host, port });
      await once(socket, 'connect');
      socket.destroy();
    });

    test('forwards into the guest, if it says so, until that is closed', async () => {
      const { machine } = await start();
      const target = { host: '172.17.0.2', port: 22 };
      if (!(await machine.features()).forwardsPorts) {
        await expect(machine.forward(target)).rejects.toThrow();
        return;
      }
      const dial = ({ host, port }: MachineForward) => {
        const socket = connect({ host, port });
        return once(socket, 'connect').finally(() => socket.destroy());
      };
      const ssh = await machine.address();
      const [first, second] = [await machine.forward(target), await machine.forward(target)];
      await dial(first);
      await first.close();
      await expect(dial(first)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
      await dial(second);
      expect(await machine.address()).toEqual(ssh);
    });

    test('saves a VM, and another process resumes it when allowed', async () => {
      const { machine, context, spec } = await start();
      if (!(await machine.features()).suspends) {
        await expectRefusedSave(machine, context);
        return;
      }
      const { savedMemory } = context.paths;
      const first = await pidOf(machine);
      await machine.save();
      expect(await machine.status()).toMatchObject({ pid: first, held: true });
      const { size, mode } = await stat(savedMemory);
      expect(size).toBeGreaterThan(0);
      expect(mode & 0o777).toBe(ownerOnly);
      await machine.stop();
      await machine.restore(spec);
      expect(await pidOf(machine)).not.toBe(first);
      expect(await machine.status()).toMatchObject({ held: true });
      await machine.proceed();
      expect(await machine.status()).toMatchObject({ held: false });
    });

    test('has a guest run on that cannot be saved', async () => {
      const { machine, context } = await start();
      await mkdir(context.paths.savedMemory);
      await expect(machine.save()).rejects.toThrow();
      expect(await machine.status()).toMatchObject({ state: 'running', held: false });
      if (!(await machine.features()).suspends) return;
      await rm(context.paths.savedMemory, { recursive: true });
      await machine.save();
      expect(await machine.status()).toMatchObject({ held: true });
      await machine.proceed();
      expect(await machine.status()).toMatchObject({ held: false });
    });

    test('does not take what it has not saved', async () => {
      const { machine, context, spec } = await prepare();
      await machine.create(spec);
      await writeFile(context.paths.savedMemory, 'something else');
      await expect(machine.restore(spec)).rejects.toMatchObject({ code: 'invalid' });
      await machine.kill();
      expect(await machine.status()).toEqual({ state: 'stopped' });
      const fingerprint = await machine.fingerprint(spec);
      expect(await machine.fingerprint({ ...spec })).toBe(fingerprint);
      expect(await machine.fingerprint({ ...spec, memoryMiB: 768 })).not.toBe(fingerprint);
    });

    test('stops in an orderly way', async () => {
      const { machine } = await start();
      const exit = machine.exited();
      await machine.stop();
      expect(await exit).toMatchObject({ orderly: true });
      expect(await machine.status()).toEqual({ state: 'stopped' });
    });

    test('tells of a process that is killed from outside', async () => {
      const { machine } = await start();
      const exit = machine.exited();
      await killFromOutside(await pidOf(machine));
      expect(await exit).toMatchObject({ orderly: false });
      expect(await machine.status()).toEqual({ state: 'stopped' });
    });

    test('can be started again after it was killed', async () => {
      const { machine, spec } = await start();
      const first = await pidOf(machine);
      await machine.kill();
      await machine.start(spec);
      expect(await pidOf(machine)).not.toBe(first);
    });

    test('leaves nothing running when a start fails', async () => {
      const { machine, context, spec } = await prepare();
      await machine.create(spec);
      await rm(context.paths.configDisk);
      await expect(machine.start(spec)).rejects.toMatchObject({ code: 'machine-failed' });
      expect(await machine.status()).toEqual({ state: 'stopped' });
    });
  });
}

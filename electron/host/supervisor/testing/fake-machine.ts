import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import * as z from 'zod';
import { testSocket } from '../../../../guest-agent/testing/test-socket.ts';
import { HostError } from '../../base/errors.ts';
import { isAlive, waitUntilGone } from '../../base/process.ts';
import { ensureDataDisk } from '../data-disk/data-disk.ts';
import type { Machine, MachineContext, MachineExit, MachineSpec } from '../machine.ts';
import type { fakeGuestSchema } from './fake-guest.ts';
import type { Fault } from './guest.ts';

/** What it saves. */
const memory = 'memory of a fake guest';

const greetingSchema = z.object({ port: z.number().int() });

interface Running {
  readonly pid: number;
  readonly port: number;
  readonly monitor: Socket;
  readonly exited: Promise<MachineExit>;
}

/** A machine whose hypervisor is an ordinary Node process; see `fake-guest.ts`. */
export function createFakeMachine(
  context: MachineContext,
  faultOf: Fault | (() => Fault) = 'none',
): Machine {
  const { paths } = context;
  const fault = () => (typeof faultOf === 'string' ? faultOf : faultOf());
  let running: Running | undefined;
  let spec: MachineSpec | undefined;
  /** There while the guest is held, whichever process looks. */
  const held = join(paths.directory, 'held');

  const hold = async (pid: number): Promise<void> => {
    const monitor = connect({ path: paths.qmpSocket });
    const lines = createInterface({ input: monitor });
    lines.on('error', () => {});
    const [greeting] = await Promise.race([
      once(lines, 'line'),
      once(monitor, 'close').then(() => Promise.reject(new Error('no fake machine listens'))),
    ]);
    let orderly = false;
    lines.on('line', () => {
      orderly = true;
    });
    monitor.on('error', () => {});
    const closed = new Promise((resolve) => monitor.once('close', resolve));
    const exited = closed.then(async () => {
      await waitUntilGone(pid);
      running = undefined;
      return { orderly, reason: orderly ? 'it was told to end' : 'the fake machine vanished' };
    });
    running = { pid, monitor, exited, ...greetingSchema.parse(JSON.parse(greeting)) };
  };

  const launch = async () => {
    await rm(paths.qmpSocket, { force: true });
    const engine = testSocket(paths.directory, 'guest');
    const clock = testSocket(paths.directory, 'clock');
    for (const socket of [engine, clock]) await rm(socket, { force: true });
    const options: z.infer<typeof fakeGuestSchema> = {
      ...{
        fault: fault(),
        engine,
        clock,
        console: paths.console,
        configDisk: paths.configDisk,
      },
      ...{ pidFile: paths.hypervisorPid, monitor: paths.qmpSocket },
    };
    const child = spawn(
      process.execPath,
      [join(import.meta.dirname, 'fake-guest.ts'), JSON.stringify(options)],
      { detached: true, stdio: ['ignore', 'ignore', 'ignore', 'ipc'] },
    );
    const ended = once(child, 'exit').then(() => {
      throw new HostError('machine-failed', 'The fake hypervisor ended at once');
    });
    ended.catch(() => {});
    await Promise.race([once(child, 'message'), ended]);
    if (child.connected) child.disconnect();
    child.unref();
    await hold(child.pid ?? 0);
  };

  const machine: Machine = {
    driver: 'fake',
    features: async () => ({
      ...{ sharing: '9p', forwardsPorts: false, suspends: true },
    }),
    acceleration: async () => ({ accelerator: 'fake', emulated: false }),
    noteGuestRuns: async () => {},
    noteAcceleratorFault: async () => {},
    create: (spec) => ensureDataDisk(paths.dataDisk, spec.diskGiB),

    async resize(resources) {
      if (!running) throw new HostError('machine-not-running', "The VM isn't running");
      await ensureDataDisk(paths.dataDisk, resources.diskGiB);
      // As with QEMU: no more memory than at the start.
      const fits = resources.memoryMiB <= (spec?.memoryMiB ?? 0);
      return fits ? ['cpus', 'memoryMiB', 'diskGiB'] : ['cpus', 'diskGiB'];
    },

    async start(started) {
      spec = started;
      await rm(held, { force: true });
      await launch();
    },

    async save() {
      await writeFile(held, '');
      try {
        if (fault() === 'save') {
          throw new HostError('machine-failed', 'the fake hypervisor cannot save');
        }
        await writeFile(paths.savedMemory, memory, { mode: 0o600 });
      } catch (error) {
        await machine.proceed();
        throw error;
      }
    },

    async restore(started) {
      spec = started;
      if ((await readFile(paths.savedMemory, 'utf8')) !== memory) {
        throw new HostError('invalid', 'this is not saved memory');
      }
      await writeFile(held, '');
      await launch();
    },

    proceed: () => rm(held, { force: true }),

    fingerprint: async ({ cpus, memoryMiB }) => `fake ${cpus} ${memoryMiB}`,

    async stop() {
      const target = running;
      target?.monitor.write('quit\n');
      await target?.exited;
    },

    async kill() {
      const target = running;
      if (target && isAlive(target.pid)) process.kill(target.pid, 'SIGKILL');
      await target?.exited;
    },

    async status() {
      if (!running) {
        const pid = Number(await readFile(paths.hypervisorPid, 'utf8').catch(() => ''));
        if (pid > 0 && isAlive(pid)) await hold(pid).catch(() => {});
      }
      if (!running) return { state: 'stopped' };
      return { state: 'running', pid: running.pid, held: existsSync(held) };
    },

    async address() {
      if (!running) throw new HostError('machine-not-running', "The VM isn't running");
      return { host: '127.0.0.1', port: running.port };
    },

    forward: async () => {
      throw new HostError('internal', 'A fake machine forwards nothing');
    },

    exited: () =>
      running?.exited ?? Promise.resolve({ orderly: true, reason: 'it was not running' }),
  };
  return machine;
}

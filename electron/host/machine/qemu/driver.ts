import { spawn } from 'node:child_process';
import { open, readFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { HostError } from '../../errors.ts';
import { commandLineOf, isAlive, waitUntilGone } from '../../process.ts';
import { ensureDataDisk } from '../data-disk.ts';
import type { Machine, MachineContext, MachineExit } from '../machine.ts';
import { chooseAccelerator, probeWith } from './accelerator.ts';
import { qemuArguments } from './command-line.ts';
import { findQemu } from './discover.ts';
import { monitorConnection } from './monitor-endpoint.ts';
import { connectQmp, type Qmp } from './qmp.ts';
import { resizeQemu } from './resize.ts';
import { sandboxArguments } from './sandbox.ts';
import { shareTransport } from './share-transport.ts';
import { createHostForwards, type HostForwards } from './usernet.ts';

/** QEMU and the way to speak to it. */
interface Running {
  readonly pid: number;
  readonly qmp: Qmp;
  readonly forwards: HostForwards;
  readonly exited: Promise<MachineExit>;
}

/** How long QEMU may take to open its monitor, and to end after `quit` or a kill. */
const launchTimeoutMs = 15_000;
const endTimeoutMs = 10_000;

/** A machine run by QEMU; see `Machine` for the contract. */
export function createQemuMachine(context: MachineContext): Machine {
  const { paths, architecture } = context;
  let running: Running | undefined;

  const probeHost = async () => {
    const qemu = await findQemu(architecture);
    const [accelerator, sharing, sandbox] = await Promise.all([
      chooseAccelerator(process.platform, probeWith(qemu, architecture)),
      shareTransport(qemu),
      sandboxArguments(qemu, process.platform),
    ]);
    return { qemu, features: { ...accelerator, sharing }, sandbox };
  };
  let host: ReturnType<typeof probeHost> | undefined;
  const hostFeatures = () => {
    host ??= probeHost().catch((error) => {
      host = undefined;
      throw error;
    });
    return host;
  };

  const hold = (pid: number, qmp: Qmp): Running => {
    const exited = qmp.closed.then(async (shutdown): Promise<MachineExit> => {
      // QEMU hangs up a little before it lets go of the disks.
      await waitUntilGone(pid);
      if (running?.qmp === qmp) running = undefined;
      if (!shutdown) return { orderly: false, reason: `QEMU (process ${pid}) ended unexpectedly` };
      const orderly = shutdown.reason === 'guest-shutdown' || shutdown.reason === 'host-qmp-quit';
      return { orderly, reason: `QEMU ended: ${shutdown.reason}` };
    });
    running = { pid, qmp, forwards: createHostForwards(qmp.human), exited };
    return running;
  };

  const machine: Machine = {
    driver: 'qemu',

    features: async () => ({ ...(await hostFeatures()).features, forwardsPorts: true }),

    create: (spec) => ensureDataDisk(paths.dataDisk, spec.diskGiB),

    async start(spec) {
      const { qemu, features, sandbox } = await hostFeatures();
      const args = qemuArguments({
        ...{ architecture, paths, sandbox, spec },
        accelerator: features.accelerator,
        version: qemu.version,
        image: context.image(),
        availableCpus: availableParallelism(),
      });
      const log = await open(paths.hypervisorLog, 'w', 0o600);
      try {
        const child = spawn(qemu.program, args, {
          detached: true,
          stdio: ['ignore', log.fd, log.fd],
          windowsHide: true,
        });
        child.unref();
        const failed = new Promise<never>((_, reject) => {
          child.once('error', reject);
          child.once('exit', (code, signal) =>
            reject(new Error(`QEMU ended at once (${signal ?? `exit code ${code}`})`)),
          );
        });
        const launch = new AbortController();
        try {
          const monitor = openMonitor(paths.qmpSocket, launch.signal);
          hold(child.pid ?? 0, await Promise.race([failed, monitor]));
        } catch (error) {
          launch.abort();
          child.kill('SIGKILL');
          throw error;
        }
      } catch (error) {
        const said = (await readFile(paths.hypervisorLog, 'utf8').catch(() => '')).trim();
        throw new HostError('machine-failed', said || String(error), {
          hint: `QEMU's whole output is in ${paths.hypervisorLog}.`,
          cause: error,
        });
      } finally {
        await log.close();
      }
    },

    async resize(resources) {
      if (!running) throw new HostError('machine-not-running', 'The machine is not running');
      return resizeQemu(running.qmp, resources);
    },

    async stop() {
      const target = running;
      if (!target) return;
      // QEMU may hang up before it has answered.
      await target.qmp.quit().catch(() => {});
      await Promise.race([target.exited, sleep(endTimeoutMs, undefined, { ref: false })]);
      await machine.kill();
    },

    async kill() {
      if (!running) return;
      const { pid, exited } = running;
      killProcess(pid);
      await exited;
    },

    async status() {
      if (running) return { state: 'running', pid: running.pid };
      const pid = Number(await readFile(paths.hypervisorPid, 'utf8').catch(() => ''));
      if (!(pid > 0 && isAlive(pid))) return { state: 'stopped' };
      try {
        const qmp = await connectQmp(monitorConnection(paths.qmpSocket));
        const found = hold(pid, qmp);
        await found.forwards.closeAll().catch(() => {});
        return { state: 'running', pid };
      } catch {
        // A monitor that is silent is of no use; the process may be some other one by now.
        if ((await commandLineOf(pid)).includes(paths.hypervisorPid)) {
          killProcess(pid);
          await waitUntilGone(pid);
        }
        return { state: 'stopped' };
      }
    },

    async address() {
      if (!running) throw new HostError('machine-not-running', 'The machine is not running');
      return { host: '127.0.0.1', port: await running.qmp.sshPort() };
    },

    async forward(target) {
      if (!running) throw new HostError('machine-not-running', 'The machine is not running');
      return running.forwards.open(target);
    },

    exited: () =>
      running?.exited ?? Promise.resolve({ orderly: true, reason: 'QEMU was not running' }),
  };
  return machine;
}

/** Tries until QEMU listens; nothing tells when it does. */
async function openMonitor(socket: string, signal: AbortSignal): Promise<Qmp> {
  const deadline = Date.now() + launchTimeoutMs;
  for (;;) {
    try {
      return await connectQmp(monitorConnection(socket));
    } catch (error) {
      if (signal.aborted || Date.now() > deadline) throw error;
      await sleep(25);
    }
  }
}

function killProcess(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}

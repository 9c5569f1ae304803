import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { open, readFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { HostError } from '../../errors.ts';
import { commandLineOf, isAlive, waitUntilGone } from '../../process.ts';
import { ensureDataDisk } from '../data-disk.ts';
import type { Machine, MachineContext, MachineExit, MachineSpec } from '../machine.ts';
import { chooseAccelerator, probeWith } from './accelerator.ts';
import { qemuArguments } from './command-line.ts';
import { findQemu } from './discover.ts';
import { isHeld, loadGuest, saveGuest } from './migration.ts';
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

  const commandLine = async (spec: MachineSpec) => {
    const { qemu, features, sandbox } = await hostFeatures();
    return qemuArguments({
      ...{ architecture, paths, sandbox, spec },
      accelerator: features.accelerator,
      version: qemu.version,
      image: context.image(),
      availableCpus: availableParallelism(),
    });
  };

  /** Resolves once `onLaunched` is done; leaves no process behind when it rejects. */
  const launch = async (
    spec: MachineSpec,
    more: readonly string[] = [],
    onLaunched: (qmp: Qmp) => Promise<void> = async () => {},
  ) => {
    const { qemu } = await hostFeatures();
    const args = [...(await commandLine(spec)), ...more];
    const log = await open(paths.hypervisorLog, 'w', 0o600);
    let isUp = false;
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
        const { qmp } = hold(child.pid ?? 0, await Promise.race([failed, monitor]));
        isUp = true;
        await Promise.race([failed, onLaunched(qmp)]);
      } catch (error) {
        launch.abort();
        child.kill('SIGKILL');
        throw error;
      }
    } catch (error) {
      const said = (await readFile(paths.hypervisorLog, 'utf8').catch(() => '')).trim();
      throw new HostError(isUp ? 'invalid' : 'machine-failed', said || String(error), {
        hint: `QEMU's whole output is in ${paths.hypervisorLog}.`,
        cause: error,
      });
    } finally {
      await log.close();
    }
  };

  const required = (): Running => {
    if (!running) throw new HostError('machine-not-running', 'The machine is not running');
    return running;
  };

  const machine: Machine = {
    driver: 'qemu',

    features: async () => ({
      ...(await hostFeatures()).features,
      forwardsPorts: true,
      // There, QEMU would speak to whoever is first at a loopback port.
      suspends: process.platform !== 'win32',
    }),

    create: (spec) => ensureDataDisk(paths.dataDisk, spec.diskGiB),

    start: (spec) => launch(spec),

    async save() {
      const { qmp } = required();
      await qmp.execute('stop');
      try {
        await saveGuest(qmp, paths);
      } catch (error) {
        await qmp.execute('cont').catch(() => {});
        throw error;
      }
    },

    async resize(resources) {
      return resizeQemu(required().qmp, resources);
    },

    restore: (spec) => launch(spec, ['-S', '-incoming', 'defer'], (qmp) => loadGuest(qmp, paths)),

    async proceed() {
      await required().qmp.execute('cont');
    },

    async fingerprint(spec) {
      const { qemu } = await hostFeatures();
      const whole = JSON.stringify([qemu.version, await commandLine(spec)]);
      return createHash('sha256').update(whole).digest('base64url');
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
      if (running) {
        const held = await isHeld(running.qmp).catch(() => false);
        return { state: 'running', pid: running.pid, held };
      }
      const pid = Number(await readFile(paths.hypervisorPid, 'utf8').catch(() => ''));
      if (!(pid > 0 && isAlive(pid))) return { state: 'stopped' };
      try {
        const qmp = await connectQmp(monitorConnection(paths.qmpSocket));
        const found = hold(pid, qmp);
        await found.forwards.closeAll().catch(() => {});
        return { state: 'running', pid, held: await isHeld(qmp) };
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
      return { host: '127.0.0.1', port: await required().qmp.sshPort() };
    },

    async forward(target) {
      return required().forwards.open(target);
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

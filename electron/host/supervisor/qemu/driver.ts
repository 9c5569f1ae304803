import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod';
import { HostError, reasonOf } from '../../base/errors.ts';
import { loggerOf } from '../../base/log.ts';
import { killProcess, waitUntilGone } from '../../base/process.ts';
import { readHypervisorLog } from '../../home/hypervisor-log.ts';
import { accelerators } from '../../hypervisor/acceleration.ts';
import { findQemu } from '../../hypervisor/discover.ts';
import { type AccelerationKeeper, keepAcceleration } from '../../hypervisor/keep-acceleration.ts';
import { firstWords } from '../../hypervisor/qemu-log.ts';
import { ensureDataDisk } from '../data-disk/data-disk.ts';
import { HypervisorEnded } from '../hypervisor-ended.ts';
import { endOf, killSilent, recordedProcess } from '../hypervisor-process.ts';
import type { Machine, MachineContext, MachineExit, MachineSpec } from '../machine.ts';
import { qemuArguments } from './command-line.ts';
import { whileConsoleClosed } from './console-file.ts';
import { exitOf } from './exit.ts';
import { watchHealth } from './health.ts';
import { isHeld, loadGuest, saveGuest } from './migration.ts';
import { dialMonitor, prepareMonitor } from './monitor-endpoint.ts';
import { openMonitor } from './process.ts';
import { connectQmp, type Qmp } from './qmp.ts';
import { resizeQemu } from './resize.ts';
import { sandboxArguments } from './sandbox.ts';
import { shareTransport } from './share-transport.ts';
import { createHostForwards, type HostForwards } from './usernet.ts';
import { requireUsablePaths } from './windows-paths.ts';

const log = loggerOf('qemu');

/** A QEMU process and its monitor. */
interface Running {
  readonly pid: number;
  readonly qmp: Qmp;
  readonly forwards: HostForwards;
  readonly exited: Promise<MachineExit>;
}

/** How long a QEMU with stopped processors may continue to write its log. */
const lastWordsMs = 200;
/** How long QEMU may take to exit after `quit`. */
const endTimeoutMs = 10_000;

const acceleratorSchema = z.enum(accelerators);

/** The host's own properties; tests replace them. */
interface QemuHost {
  readonly environment: NodeJS.ProcessEnv;
  readonly platform: NodeJS.Platform;
  readonly kvmDevice: string;
  readonly processors: number;
}

const thisHost: QemuHost = {
  environment: process.env,
  platform: process.platform,
  kvmDevice: '/dev/kvm',
  processors: availableParallelism(),
};

/** A VM run by QEMU; see `Machine` for the contract. */
export function createQemuMachine(
  context: MachineContext,
  replaced: Partial<QemuHost> = {},
): Machine {
  const { environment, platform, kvmDevice, processors } = { ...thisHost, ...replaced };
  const { paths, architecture, accelerationRecord } = context;
  let running: Running | undefined;
  /** The exit of the last process, which may exit right after its start. */
  let exited: Promise<MachineExit> = Promise.resolve({
    ...{ orderly: true, reason: 'QEMU was not running' },
  });

  const probeHost = async () => {
    const qemu = await findQemu(architecture, environment);
    const [sharing, sandbox] = await Promise.all([
      shareTransport(qemu, environment),
      sandboxArguments(qemu, platform),
    ]);
    const acceleration = keepAcceleration(qemu, {
      ...{ platform, kvmDevice, architecture, accelerationRecord },
    });
    return { qemu, sharing, sandbox, acceleration };
  };
  /** A QEMU whose processors have stopped may exit while it is checked. */
  const mayBeHeld = async (qmp: Qmp) =>
    (await log.attempt('Asking whether the VM is paused', isHeld(qmp))) ?? false;
  let host: ReturnType<typeof probeHost> | undefined;
  const aboutHost = () => {
    host ??= probeHost().catch((error) => {
      host = undefined;
      throw error;
    });
    return host;
  };

  /** Doesn't reject: QEMU may be missing during an upgrade, and the next start checks again. */
  const note = async (keep: (keeper: AccelerationKeeper) => Promise<void>) => {
    try {
      await keep((await aboutHost()).acceleration);
    } catch (error) {
      log.warn('Recording the state of the accelerator', error);
    }
  };

  const hold = (pid: number, qmp: Qmp, child?: ChildProcess): Running => {
    let fault: string | undefined;
    watchHealth(qmp, paths.hypervisorLog, async (reason) => {
      fault = reason;
      await sleep(lastWordsMs);
      // A paused VM would be taken for a running one, and a start would wait for it.
      if (running?.qmp === qmp) killProcess(pid);
    });
    exited = qmp.closed.then(async (shutdown): Promise<MachineExit> => {
      // QEMU closes the connection shortly before it releases the disks.
      await waitUntilGone(pid);
      if (running?.qmp === qmp) running = undefined;
      const log = await readHypervisorLog(paths.hypervisorLog);
      return exitOf({ shutdown, fault, log, platform, ...(child && (await endOf(child))) });
    });
    running = { pid, qmp, forwards: createHostForwards(qmp.human), exited };
    return running;
  };

  const commandLine = async (spec: MachineSpec, monitor: readonly string[] = []) => {
    const { qemu, sandbox } = await aboutHost();
    return qemuArguments({
      ...{ architecture, paths, sandbox, spec, monitor },
      accelerator: acceleratorSchema.parse(spec.accelerator),
      version: qemu.version,
      image: context.image(),
      availableCpus: processors,
    });
  };

  /** Resolves when a saved VM, if any, is loaded; leaves no process behind if it rejects. */
  const launch = async (spec: MachineSpec, load?: (qmp: Qmp) => Promise<void>) => {
    const { qemu } = await aboutHost();
    if (platform === 'win32') {
      const { kernel, initrd, root } = context.image();
      const { dataDisk, configDisk, console, hypervisorPid, monitorDirectory } = paths;
      const files = [kernel, initrd, root, dataDisk, configDisk, console, hypervisorPid];
      await requireUsablePaths([...files, join(monitorDirectory, 'keys.psk')]);
    }
    const monitor = await prepareMonitor(paths, platform);
    const args = [
      ...(await commandLine(spec, monitor)),
      ...(load ? ['-S', '-incoming', 'defer'] : []),
    ];
    const log = await open(paths.hypervisorLog, 'w', 0o600);
    let isLoading = false;
    try {
      const child = spawn(qemu.program, args, {
        detached: true,
        stdio: ['ignore', log.fd, log.fd],
        windowsHide: true,
      });
      child.unref();
      const failed = new Promise<never>((_, reject) => {
        child.once('error', reject);
        child.once('exit', async (code, signal) => {
          const log = await readHypervisorLog(paths.hypervisorLog);
          const end = { shutdown: undefined, fault: undefined, code, signal, log, platform };
          reject(new HypervisorEnded(exitOf(end)));
        });
      });
      const launch = new AbortController();
      try {
        const monitor = openMonitor(() => dialMonitor(paths, platform), launch.signal);
        const { qmp } = hold(child.pid ?? 0, await Promise.race([failed, monitor]), child);
        isLoading = load !== undefined;
        await Promise.race([failed, load?.(qmp)]);
      } catch (error) {
        launch.abort();
        child.kill('SIGKILL');
        throw error;
      }
    } catch (error) {
      // Whatever QEMU reports while loading, the saved state may be the cause: a boot will show.
      if (!isLoading && error instanceof HypervisorEnded) throw error;
      const said = firstWords(await readHypervisorLog(paths.hypervisorLog));
      throw new HostError(isLoading ? 'invalid' : 'machine-failed', said ?? reasonOf(error), {
        cause: error,
      });
    } finally {
      await log.close();
    }
  };

  const required = (): Running => {
    if (!running) throw new HostError('machine-not-running', "The VM isn't running");
    return running;
  };

  const machine: Machine = {
    driver: 'qemu',

    features: async () => ({
      sharing: (await aboutHost()).sharing,
      forwardsPorts: true,
      // There, QEMU would talk to the first client of a loopback port.
      suspends: platform !== 'win32',
    }),

    acceleration: async (choice) => (await aboutHost()).acceleration.choose(choice),

    noteGuestRuns: (accelerator) => note((keeper) => keeper.noteGuestRuns(accelerator)),

    noteAcceleratorFault: (accelerator, fault) =>
      note((keeper) => keeper.noteFault(accelerator, fault)),

    create: (spec) => ensureDataDisk(paths.dataDisk, spec.diskGiB),

    start: (spec) => launch(spec),

    async save() {
      const { qmp } = required();
      await qmp.execute('stop');
      try {
        await saveGuest(qmp, paths);
      } catch (error) {
        await log.attempt('Continuing the paused VM', qmp.execute('cont'), 'warn');
        throw error;
      }
    },

    async resize(resources) {
      return resizeQemu(required().qmp, resources);
    },

    restore: (spec) => launch(spec, (qmp) => loadGuest(qmp, paths)),

    async proceed() {
      await required().qmp.execute('cont');
    },

    async fingerprint(spec) {
      const { qemu } = await aboutHost();
      const whole = JSON.stringify([qemu.version, await commandLine(spec)]);
      return createHash('sha256').update(whole).digest('base64url');
    },

    async stop() {
      const target = running;
      if (!target) return;
      // QEMU may disconnect before it answers.
      await log.attempt('Asking QEMU to quit', target.qmp.quit());
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
        const { pid, qmp } = running;
        return { state: 'running', pid, held: await mayBeHeld(qmp) };
      }
      const pid = await recordedProcess(paths.hypervisorPid);
      if (pid === undefined) return { state: 'stopped' };
      try {
        const qmp = await connectQmp(await dialMonitor(paths, platform));
        const found = hold(pid, qmp);
        await log.attempt('Closing direct ports', found.forwards.closeAll());
        // A QEMU whose processors have stopped may exit while it is checked: `exited` tells why.
        return { state: 'running', pid, held: await mayBeHeld(qmp) };
      } catch (error) {
        log.warn("QEMU runs but doesn't answer", error);
        // A silent monitor is useless.
        await killSilent(pid, paths.hypervisorPid);
        return { state: 'stopped' };
      }
    },

    async address() {
      return { host: '127.0.0.1', port: await required().qmp.sshPort() };
    },

    ...(platform === 'win32' && {
      whileConsoleClosed: (action: () => Promise<void>) =>
        whileConsoleClosed(required().qmp, paths.console, action),
    }),

    async forward(target) {
      return required().forwards.open(target);
    },

    exited: () => exited,
  };
  return machine;
}

import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmod, open, rm, stat } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { HostError, reasonOf } from '../../base/errors.ts';
import { loggerOf } from '../../base/log.ts';
import { isAlive, killProcess } from '../../base/process.ts';
import { waitForConsoleLine } from '../../home/console.ts';
import { readHypervisorLog } from '../../home/hypervisor-log.ts';
import { findVfkit } from '../../hypervisor/find-vfkit.ts';
import { isUnsupported } from '../../hypervisor/vfkit-log.ts';
import type { MachineAddress } from '../../machine/protocol.ts';
import { milestones } from '../boot/boot-steps.ts';
import { ensureDataDisk } from '../data-disk/data-disk.ts';
import { HypervisorEnded } from '../hypervisor-ended.ts';
import { endOf, killSilent, recordedProcess } from '../hypervisor-process.ts';
import type { Machine, MachineContext, MachineExit, MachineSpec, Resource } from '../machine.ts';
import { chooseFramework } from './acceleration.ts';
import { guestAddress } from './address.ts';
import { macAddress, vfkitArguments } from './command-line.ts';
import { exitOf } from './exit.ts';
import { leasesPath } from './leases.ts';
import { vfkitRest } from './rest-client.ts';

const log = loggerOf('vfkit');

/** How long vfkit may take to start the VM's processors. */
const launchTimeoutMs = 15_000;
/** How long vfkit may take to exit after it stopped the VM. */
const endTimeoutMs = 10_000;
/** How often to look for the end of a process that another process started: no event reports it. */
const lookMs = 200;

const useQemu = 'Set `hypervisor` to "qemu" in the settings.';

/** A vfkit process. */
interface Running {
  readonly pid: number;
  readonly exited: Promise<MachineExit>;
  /** Whether this process asked vfkit to stop the VM. */
  isAsked: boolean;
}

/** The host's own properties; tests replace them. */
interface VfkitHost {
  readonly environment: NodeJS.ProcessEnv;
  readonly leases: string;
  /** Where the SSH server at the VM's address listens. */
  readonly ssh: (host: string) => Promise<MachineAddress>;
}

const thisHost: VfkitHost = {
  environment: process.env,
  leases: leasesPath,
  ssh: async (host) => ({ host, port: 22 }),
};

/** A VM run by Apple's Virtualization framework, through vfkit; see `Machine` for the contract. */
export function createVfkitMachine(
  context: MachineContext,
  { environment, leases, ssh }: VfkitHost = thisHost,
): Machine {
  const { paths } = context;
  const rest = vfkitRest(paths.vfkitSocket);
  let running: Running | undefined;
  /** The exit of the last process, which may exit right after its start. */
  let exited: Promise<MachineExit> = Promise.resolve({
    ...{ orderly: true, reason: 'vfkit was not running' },
  });

  const commandLine = (spec: MachineSpec) =>
    vfkitArguments({ spec, paths, image: context.image() });

  const hold = (pid: number, child?: ChildProcess): Running => {
    const over = new AbortController();
    let isReset = false;
    const end = async (): Promise<MachineExit> => {
      while (isAlive(pid)) await sleep(lookMs / (child ? 10 : 1));
      over.abort();
      if (running === held) running = undefined;
      const ended = child && (await endOf(child));
      const said = await readHypervisorLog(paths.hypervisorLog);
      return exitOf({ isReset, isAsked: held.isAsked, log: said, ...ended });
    };
    const held: Running = { pid, isAsked: false, exited: Promise.resolve().then(end) };
    running = held;
    exited = held.exited;
    // Apple's framework boots a VM again that resets itself. Its containers would be gone unnoticed.
    waitForConsoleLine(paths.console, milestones.init, over.signal, 2)
      .then(() => {
        if (over.signal.aborted) return;
        isReset = true;
        killProcess(pid);
      })
      .catch((error) => {
        if (!over.signal.aborted) log.warn('Watching for resets of the VM', error);
      });
    return held;
  };

  /** Leaves no process behind if it rejects. */
  const launch = async (spec: MachineSpec) => {
    const { program } = await findVfkit(environment);
    const args = commandLine(spec);
    // vfkit exits if the socket exists.
    await rm(paths.vfkitSocket, { force: true });
    const output = await open(paths.hypervisorLog, 'w', 0o600);
    try {
      // Standard output has a line for each request.
      const child = spawn(program, args, {
        detached: true,
        stdio: ['ignore', 'ignore', output.fd],
      });
      child.unref();
      const failed = new Promise<never>((_, reject) => child.once('error', reject));
      const patience = new AbortController();
      const started = child.pid === undefined ? undefined : hold(child.pid, child);
      try {
        const ended = started?.exited.then((exit) => Promise.reject(new HypervisorEnded(exit)));
        await Promise.race([failed, ended ?? failed, untilVmRuns(patience.signal)]);
        await chmod(paths.vfkitSocket, 0o600);
      } catch (error) {
        patience.abort();
        child.kill('SIGKILL');
        await started?.exited;
        throw error;
      }
    } catch (cause) {
      const reason = reasonOf(cause);
      if (isUnsupported(reason)) {
        throw new HostError('accelerator-failed', reason, { cause, hint: useQemu });
      }
      if (cause instanceof HostError) throw cause;
      throw new HostError('machine-failed', reason, { cause });
    } finally {
      await output.close();
    }
  };

  /** Polls, because no event reports it. */
  const untilVmRuns = async (signal: AbortSignal): Promise<void> => {
    const deadline = Date.now() + launchTimeoutMs;
    while (!signal.aborted) {
      const state = await rest.state().catch(unlessConnecting);
      if (state === 'Running') return;
      if (Date.now() > deadline) {
        throw new HostError('machine-failed', `vfkit didn't start the VM: ${state ?? 'no answer'}`);
      }
      await sleep(25);
    }
  };

  const required = (): Running => {
    if (!running) throw new HostError('machine-not-running', "The VM isn't running");
    return running;
  };

  const isHeld = async () =>
    (await log.attempt('Asking whether the VM is paused', rest.state())) === 'Paused';

  const machine: Machine = {
    driver: 'vfkit',

    async features() {
      await findVfkit(environment);
      return { sharing: 'sftp', forwardsPorts: false, suspends: false };
    },

    acceleration: async (choice) => chooseFramework(choice),
    // vfkit has only one accelerator, so Berth doesn't remember which one works.
    noteGuestRuns: async () => {},
    noteAcceleratorFault: async () => {},

    create: (spec) => ensureDataDisk(paths.dataDisk, spec.diskGiB),

    start: (spec) => launch(spec),

    /** The VM can use fewer processors than it has. Its memory and disk keep their size. */
    async resize({ cpus, memoryMiB, diskGiB }) {
      required();
      const has = await rest.inspect();
      const { size } = await stat(paths.dataDisk);
      const fits: Record<Resource, boolean> = {
        cpus: cpus <= has.cpus,
        memoryMiB: memoryMiB === has.memoryMiB,
        diskGiB: diskGiB * 1024 ** 3 <= size,
      };
      return (['cpus', 'memoryMiB', 'diskGiB'] as const).filter((resource) => fits[resource]);
    },

    async save() {
      throw new HostError('invalid', "vfkit can't save a VM", {
        hint: `To stop the VM and its containers, run \`berth machine stop\`. To suspend VMs, set \`hypervisor\` to "qemu" in the settings.`,
      });
    },

    async restore() {
      throw new HostError('invalid', "vfkit can't load a saved VM");
    },

    async proceed() {
      required();
      if ((await rest.state()) === 'Paused') await rest.change('Resume');
    },

    async fingerprint(spec) {
      const { version } = await findVfkit(environment);
      const whole = JSON.stringify(['vfkit', version, commandLine(spec)]);
      return createHash('sha256').update(whole).digest('base64url');
    },

    async stop() {
      const target = running;
      if (!target) return;
      target.isAsked = true;
      // vfkit may exit before it answers.
      await log.attempt('Asking vfkit to stop the VM', rest.change('HardStop'));
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
      if (running) return { state: 'running', pid: running.pid, held: await isHeld() };
      const pid = await recordedProcess(paths.hypervisorPid);
      if (pid === undefined) return { state: 'stopped' };
      try {
        const state = await rest.state();
        hold(pid);
        return { state: 'running', pid, held: state === 'Paused' };
      } catch (error) {
        log.warn("vfkit runs but doesn't answer", error);
        // Without its service, vfkit can't be controlled.
        await killSilent(pid, `--pidfile ${paths.hypervisorPid}`);
        return { state: 'stopped' };
      }
    },

    async address() {
      required();
      const mac = macAddress(paths.directory);
      return ssh(await guestAddress({ console: paths.console, leases, mac }));
    },

    async forward() {
      throw new HostError('internal', "vfkit doesn't forward ports");
    },

    exited: () => exited,
  };
  return machine;
}

/** A starting vfkit doesn't answer yet. */
function unlessConnecting(error: unknown): undefined {
  if (error instanceof HostError && error.code === 'connection') return undefined;
  throw error;
}

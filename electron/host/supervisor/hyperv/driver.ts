import { createHash } from 'node:crypto';
import { mkdir, readFile, rm } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod';
import { writeFileAtomic } from '../../base/atomic-file.ts';
import { HostError, reasonOf } from '../../base/errors.ts';
import { loggerOf } from '../../base/log.ts';
import { isAlive } from '../../base/process.ts';
import { readRecord } from '../../base/read-record.ts';
import { unlessMissing } from '../../base/system-error.ts';
import { isSuspended } from '../../home/saved-state.ts';
import type {
  Machine,
  MachineContext,
  MachineExit,
  MachineProcess,
  MachineSpec,
  Resource,
} from '../machine.ts';
import { keepConsole } from './console.ts';
import { bootLun, hypervFolder, prepareDisks } from './disks.ts';
import { exitOf, processEnd } from './end.ts';
import { hypervObstacle } from './obstacle.ts';
import { type Phase, phaseOf } from './phase.ts';
import { CmdletError, createPowerShell, type PowerShell } from './powershell.ts';
import { hintFor, isWithoutHyperv, startError, unknownState } from './refusals.ts';
import { hypervScript, type Operation } from './scripts.ts';
import { writeVhdx } from './vhdx.ts';

const log = loggerOf('hyperv');

const mebibyte = 1024 ** 2;
const gibibyte = 1024 ** 3;

/** Windows' own switch with NAT and DHCP, "Default Switch"; its name is translated. */
const defaultSwitch = 'c08cb7b8-9b3c-408e-8e30-5e16a3aeb444';
/** A switch that an administrator can create for Berth where the Default Switch is missing. */
const ownSwitch = 'Berth';
const slowMs = 180_000;
/** How long the VM may take to get an address. */
const addressPatienceMs = 60_000;
const addressLookMs = 500;
/** How long the VM may take to start, stop or save itself before its state counts as unknown. */
const changePatienceMs = 60_000;
const changeLookMs = 250;

/** The host's own properties; tests replace them. */
interface HypervHost {
  readonly powershell: PowerShell;
  readonly sshPort: number;
  readonly writeVhdx: typeof writeVhdx;
}

const nothing = z.unknown();
const foundSchema = z
  .object({
    id: z.string(),
    state: z.string(),
    notes: z.string(),
    pid: z.number(),
    cpus: z.number(),
    memoryBytes: z.number(),
  })
  .nullable();
type Found = NonNullable<z.infer<typeof foundSchema>>;
const switchSchema = z.object({ name: z.string() }).nullable();
const diskSchema = z.object({ sizeBytes: z.number() });
const addressesSchema = z.object({ reported: z.array(z.string()), known: z.array(z.string()) });
/** `paths.savedMemory`: Hyper-V keeps the memory itself; this says for which VM. */
const savedSchema = z.object({ hyperv: z.string() });

/** A VM whose process runs, or that is saved and not yet let go. */
interface Running {
  readonly id: string;
  readonly pid: number;
  /** Its memory is on disk: `proceed` starts it. */
  readonly saved: boolean;
  readonly watch: AbortController;
  readonly exited: Promise<MachineExit>;
}

const thisHost: HypervHost = {
  powershell: createPowerShell(hypervScript),
  sshPort: 22,
  writeVhdx,
};

/** Why this PC's Hyper-V can't run VMs for this user; undefined if it can. */
export const thisHostsObstacle = () => hypervObstacle(thisHost.powershell);

/** A VM run by Hyper-V; see `Machine` for the contract, and docs/hyper-v.md for the reasons. */
export function createHypervMachine(context: MachineContext, host: HypervHost = thisHost): Machine {
  const { paths } = context;
  const { powershell } = host;
  // All users' VMs share one list: the name and the notes say whose this VM is.
  const home = dirname(dirname(paths.directory));
  const owner = createHash('sha256').update(home.toLowerCase()).digest('hex').slice(0, 8);
  const name = `berth-${basename(paths.directory)}-${owner}`;
  const notes = `Berth's VM in ${paths.directory}. Berth removes it when it stops.`;
  const run = <T>(operation: Operation, parameters: object, result: z.ZodType<T>, limit?: number) =>
    powershell.call(operation, { name, ...parameters }, result, limit);

  let running: Running | undefined;
  let exited: Promise<MachineExit> = Promise.resolve({
    ...{ orderly: true, reason: 'the VM was not running' },
  });
  /** Set while this driver ends the VM, so that its end needs no explanation. */
  let ending: MachineExit | undefined;

  const find = async (): Promise<Found | undefined> => {
    const found = await run('find', {}, foundSchema);
    return found && found.notes === notes ? found : undefined;
  };
  const phase = async (): Promise<Phase | undefined> => {
    const found = await find();
    return found && phaseOf(found.state);
  };
  /**
   * The VM, once it is neither starting, stopping nor being saved; undefined if Hyper-V has none.
   * Rejects if Hyper-V can't tell.
   */
  const findSettled = async (): Promise<Found | undefined> => {
    const deadline = Date.now() + changePatienceMs;
    for (;;) {
      const found = await find();
      if (!found) break;
      if (phaseOf(found.state) !== 'changing') return found;
      if (Date.now() > deadline) {
        throw new HostError('machine-failed', `The VM stays in the state ${found.state}`);
      }
      await sleep(changeLookMs);
    }
    // Without rights, Windows may return an empty list instead of an error.
    await requireHyperv();
    return undefined;
  };
  const remove = () => run('remove', { notes }, nothing, slowMs);
  /** While the file with the process ID exists, Hyper-V may have the VM; see control-client.ts. */
  const forget = async () => {
    await remove();
    await rm(paths.hypervisorPid, { force: true });
  };

  const hold = async ({ id, pid }: Found): Promise<Running> => {
    const watch = new AbortController();
    const sinceMs = Date.now();
    ending = undefined;
    await writeFileAtomic(paths.hypervisorPid, String(pid));
    const reading = keepConsole(paths.consolePipe, paths.console, watch.signal);
    const ended = (async (): Promise<MachineExit> => {
      await processEnd(pid, watch.signal);
      const isSaved = watch.signal.aborted;
      watch.abort();
      await reading;
      // A VM that was saved has no process either, and isn't down.
      if (isSaved) return ending ?? { orderly: true, reason: 'the VM was saved' };
      const exit = ending ?? (await exitOf(powershell, id, sinceMs - 1_000));
      if (running?.watch === watch) running = undefined;
      await log.attempt('Removing the VM that ended', forget(), 'warn');
      return exit;
    })();
    exited = ended;
    running = { id, pid, saved: false, watch, exited: ended };
    return running;
  };

  const launch = async () => {
    await run('start', {}, nothing, slowMs);
    const found = await find();
    if (!found) throw new HostError('machine-failed', 'Hyper-V lost the VM right after its start');
    await hold(found);
  };

  /** Holds a VM without a process: after `save`, and before `proceed`. */
  const holdSaved = (id: string, pid: number) => {
    const { promise, resolve } = Promise.withResolvers<MachineExit>();
    const watch = new AbortController();
    watch.signal.addEventListener('abort', () =>
      resolve(ending ?? { orderly: true, reason: 'the VM is saved' }),
    );
    exited = promise;
    running = { id, pid, saved: true, watch, exited: promise };
  };

  const required = (): Running => {
    if (!running) throw new HostError('machine-not-running', "The VM isn't running");
    return running;
  };

  const switchName = async (): Promise<string> => {
    const parameters = { name: ownSwitch, defaultId: defaultSwitch };
    const found = await powershell.call('findSwitch', parameters, switchSchema);
    if (found) return found.name;
    throw new HostError('machine-failed', 'Hyper-V has no network with DHCP for the VM', {
      hint: `Windows' "Default Switch" is missing. Restart the service "Host Network Service", or ask an administrator to create a virtual switch named "${ownSwitch}" whose network has a DHCP server.`,
    });
  };

  const ensureDisk = (diskGiB: number) =>
    run(
      'ensureDisk',
      { path: paths.dataDisk, sizeBytes: diskGiB * gibibyte, blockBytes: mebibyte },
      diskSchema,
      slowMs,
    );

  const requireHyperv = async () => {
    const obstacle = await hypervObstacle(powershell);
    if (obstacle) throw obstacle;
  };

  const end = async (exit: MachineExit, keepsSaved: boolean): Promise<void> => {
    const target = running;
    if (!target) return;
    ending = exit;
    if (target.saved) {
      running = undefined;
      if (!keepsSaved) await remove();
      target.watch.abort();
      return;
    }
    await run('turnOff', {}, nothing, slowMs).catch((error) => {
      // The VM may have ended in the meantime.
      if (!(error instanceof CmdletError)) throw error;
      log.warn('Turning the VM off', error);
    });
    await target.exited;
  };

  const machine: Machine = {
    driver: 'hyperv',

    async features() {
      await requireHyperv();
      return { sharing: 'sftp', forwardsPorts: false, suspends: true };
    },

    async acceleration(choice) {
      // The Windows Hypervisor Platform is the same hypervisor, used by other programs.
      if (choice === 'auto' || choice === 'whpx') return { accelerator: 'hyperv', emulated: false };
      throw new HostError('accelerator-failed', `Hyper-V can't run the VM with ${choice}`, {
        hint: `Set \`accelerator\` to "auto" in the settings. Only QEMU emulates the processor, and QEMU can't use this VM's data disk.`,
      });
    },

    noteGuestRuns: async () => {},
    noteAcceleratorFault: async () => {},

    async create({ diskGiB }) {
      await ensureDisk(diskGiB);
    },

    async start(spec) {
      await requireHyperv();
      // A leftover may be removed, but not a VM whose state was unknown when Berth looked for it.
      if (['running', 'paused'].includes((await phase()) ?? 'off')) {
        throw new HostError('machine-failed', 'The VM already runs in Hyper-V', {
          hint: 'Stop the VM, then start it again.',
        });
      }
      await remove();
      await mkdir(hypervFolder(paths), { recursive: true, mode: 0o700 });
      try {
        const disks = await prepareDisks(paths, context.image(), host.writeVhdx);
        await run(
          'create',
          {
            ...{ notes, disks, cpus: spec.cpus, memoryBytes: spec.memoryMiB * mebibyte },
            ...{ bootLun, folder: hypervFolder(paths), switch: await switchName() },
            consolePipe: paths.consolePipe,
          },
          nothing,
          slowMs,
        );
        await launch();
      } catch (error) {
        await log.attempt('Removing a VM that failed to start', remove(), 'warn');
        throw startError(error);
      }
    },

    async resize({ cpus, memoryMiB, diskGiB }) {
      required();
      const found = await find();
      const { sizeBytes } = await ensureDisk(diskGiB).catch((error) => {
        log.warn('Enlarging the data disk', error);
        return { sizeBytes: 0 };
      });
      // The guest leaves processors alone that it isn't meant to use. Memory is static.
      const applied: Record<Resource, boolean> = {
        cpus: cpus <= (found?.cpus ?? 0),
        memoryMiB: memoryMiB * mebibyte === found?.memoryBytes,
        diskGiB: sizeBytes >= diskGiB * gibibyte,
      };
      return (Object.keys(applied) as Resource[]).filter((resource) => applied[resource]);
    },

    async save() {
      const { id, pid, watch } = required();
      await writeFileAtomic(paths.savedMemory, JSON.stringify({ hyperv: id }));
      ending = { orderly: true, reason: 'the VM is saved' };
      try {
        await run('save', {}, nothing, slowMs);
      } catch (error) {
        ending = undefined;
        await rm(paths.savedMemory, { force: true });
        if ((await phase()) === 'paused') {
          await log.attempt('Continuing the paused VM', run('resume', {}, nothing), 'warn');
        }
        throw error;
      }
      watch.abort();
      holdSaved(id, pid);
    },

    async restore() {
      const saved = await readRecord(paths.savedMemory, savedSchema);
      const found = saved && (await find());
      if (!found || found.id !== saved.hyperv || phaseOf(found.state) !== 'saved') {
        throw new HostError('invalid', "Hyper-V doesn't have the saved VM any more");
      }
      // Hyper-V can't load a VM without running it, so `proceed` does both.
      holdSaved(found.id, 0);
    },

    async proceed() {
      const target = required();
      if (target.saved) {
        try {
          await launch();
        } catch (error) {
          exited = Promise.resolve({ orderly: false, reason: reasonOf(error) });
          running = undefined;
          throw error;
        }
        return;
      }
      if ((await phase()) === 'paused') await run('resume', {}, nothing);
    },

    async fingerprint({ cpus, memoryMiB }: MachineSpec) {
      return createHash('sha256')
        .update(JSON.stringify(['hyperv', 1, cpus, memoryMiB]))
        .digest('base64url');
    },

    async stop() {
      // A saved VM has already ended. Its record is written next; see saved-state.ts.
      await end({ orderly: true, reason: 'Berth turned the VM off' }, true);
    },

    async kill() {
      const exit = { orderly: false, fault: 'killed', reason: 'Berth turned the VM off' } as const;
      await end(exit, isSuspended(paths));
    },

    async status() {
      if (running?.saved) return { state: 'running', pid: running.pid, held: true };
      let found: Found | undefined;
      try {
        found = await findSettled();
      } catch (cause) {
        // Its process still runs; only whether the VM is paused is unknown.
        if (running) return stillRunning(running, cause);
        // Then there can't be a VM either.
        if (isWithoutHyperv(cause)) return { state: 'stopped' };
        throw unknownState(cause);
      }
      if (!found) {
        // Windows hides VMs from a user who lost the rights.
        if (running && isAlive(running.pid)) return stillRunning(running, 'Hyper-V lists no VM');
        return { state: 'stopped' };
      }
      const phase = phaseOf(found.state);
      const held = phase === 'paused';
      if (held || phase === 'running') {
        const { pid } = running?.id === found.id ? running : await hold(found);
        return { state: 'running', pid, held };
      }
      if (phase !== 'saved' || isSuspended(paths)) return { state: 'stopped' };
      // A save that was cut off: the VM can continue.
      const saved = await readRecord(paths.savedMemory, savedSchema);
      if (saved?.hyperv !== found.id) return { state: 'stopped' };
      holdSaved(
        found.id,
        Number((await readFile(paths.hypervisorPid, 'utf8').catch(unlessMissing)) ?? 0),
      );
      return { state: 'running', pid: required().pid, held: true };
    },

    async address() {
      const target = required();
      const deadline = Date.now() + addressPatienceMs;
      while (running === target && Date.now() < deadline) {
        const { reported, known } = await run('addresses', {}, addressesSchema);
        const [address] = [...reported, ...known];
        if (address !== undefined) return { host: address, port: host.sshPort };
        await sleep(addressLookMs);
      }
      if (running !== target) throw new HostError('machine-not-running', "The VM isn't running");
      throw new HostError('machine-failed', 'The VM got no address from its network', {
        hint: 'A VPN or a firewall can block Hyper-V\'s "Default Switch". Disconnect the VPN, or restart the service "Host Network Service", then start the VM again.',
      });
    },

    forward: async () => {
      throw new HostError('internal', "Hyper-V doesn't forward ports");
    },

    exited: () => exited,

    async forget() {
      await forget().catch((cause) => {
        if (isWithoutHyperv(cause)) return;
        throw new HostError('machine-failed', `Hyper-V still has the VM: ${reasonOf(cause)}`, {
          ...hintFor(cause),
          cause,
        });
      });
    },
  };
  return machine;
}

function stillRunning({ pid }: Running, cause: unknown): MachineProcess {
  log.warn('Looking for the VM', cause);
  return { state: 'running', pid, held: false };
}

import type { ShareTransport } from '../../../guest-agent/contract/shares.ts';
import type { AcceleratorChoice } from '../../api/settings.ts';
import type { MachinePaths } from '../home/paths.ts';
import type { GuestArchitecture, GuestImage } from '../home/resources.ts';
import type { Acceleration, AcceleratorFault } from '../hypervisor/acceleration.ts';
import type { MachineAddress } from '../machine/protocol.ts';
import type { PlannedShare } from './shared-folders/plan.ts';

/** The host's resources that a VM gets. */
export interface MachineResources {
  readonly cpus: number;
  readonly memoryMiB: number;
  readonly diskGiB: number;
}
export type Resource = keyof MachineResources;

/** The virtual hardware of one start. */
export interface MachineSpec extends MachineResources {
  /** The shared folders; those that use 9p are devices of the VM. */
  readonly shares: readonly PlannedShare[];
  /** As returned by `Machine.acceleration`. */
  readonly accelerator: string;
}

/** A driver's context. A driver writes only to the files named here. */
export interface MachineContext {
  readonly paths: MachinePaths;
  /** Which accelerators work on this host, for all VMs. */
  readonly accelerationRecord: string;
  readonly architecture: GuestArchitecture;
  /** Resolved at each start, so that a missing image fails only a start. */
  readonly image: () => GuestImage;
}

/** Differences between drivers and between hosts, as data. */
export interface MachineFeatures {
  /** How shared folders are mounted in the VM. */
  readonly sharing: ShareTransport;
  /** `forward` works: the hypervisor forwards connections faster than SSH. */
  readonly forwardsPorts: boolean;
  /**
   * `save` and `restore` may work; whether they work with this accelerator only `save` can tell.
   */
  readonly suspends: boolean;
}

/** A loopback port of the hypervisor that leads to a TCP port in the VM. */
export interface MachineForward extends MachineAddress {
  /** Existing connections stay open. Idempotent; doesn't reject. */
  close(): Promise<void>;
}

/** How a hypervisor process ended. */
export interface MachineExit {
  /** True if the VM powered off, or the process was told to quit. Otherwise it crashed. */
  readonly orderly: boolean;
  /** What is known about the end, for display. */
  readonly reason: string;
  /**
   * The cause, if known: the accelerator, or something that killed the process. 'unknown': the
   * process was killed or failed.
   */
  readonly fault?: 'accelerator' | 'killed' | 'unknown';
}

/**
 * One VM's hypervisor process, and nothing above it: no SSH, no engine. Each driver implements this
 * and passes `testing/conformance.ts`. The console's output goes to `paths.console`. The process
 * outlives its starter: a later `status` finds it again.
 */
export interface Machine {
  /** The driver's name. */
  readonly driver: string;
  /** The host's features. Rejects with HostError 'missing-program' without a hypervisor. */
  features(): Promise<MachineFeatures>;
  /**
   * Chooses what runs the VM's processors. Rejects with HostError 'accelerator-failed' if the
   * choice is an accelerator that this host doesn't have or that doesn't work.
   */
  acceleration(choice: AcceleratorChoice): Promise<Acceleration>;
  /**
   * The VM's code has run on this accelerator, which may be emulation. Remembered for later starts,
   * also of other VMs. Doesn't reject.
   */
  noteGuestRuns(accelerator: string): Promise<void>;
  /**
   * The accelerator doesn't run the VM: `acceleration('auto')` returns emulation from now on.
   * Remembered for later starts if the fault is certain, or once a VM has run emulated. Doesn't
   * reject.
   */
  noteAcceleratorFault(accelerator: string, fault: AcceleratorFault): Promise<void>;
  /** Creates missing disks and enlarges the data disk. Idempotent; keeps all data. */
  create(spec: MachineSpec): Promise<void>;
  /**
   * Starts the process; resolves when it runs, which says nothing about the VM's system. Rejects
   * with HostError 'machine-failed', or 'accelerator-failed' if the accelerator is the cause, and
   * leaves no process behind.
   */
  start(spec: MachineSpec): Promise<void>;
  /**
   * Changes the running process's resources as far as possible, and returns which of them were
   * applied. The others stay unchanged and need a restart. The VM's system must still adopt its
   * processors and larger disk (see `live-resources.ts`). A large enough disk stays unchanged.
   * Rejects with HostError 'machine-not-running' if there is no process.
   */
  resize(resources: MachineResources): Promise<readonly Resource[]>;
  /**
   * Pauses the VM and writes its memory and device state to `paths.savedMemory`, owner-only and
   * durable. Rejects with HostError in the hypervisor's words, and the VM continues. The disks
   * aren't saved: they must be unchanged when the VM is restored.
   */
  save(): Promise<void>;
  /**
   * Like `start`, but loads a saved VM, which stays paused until `proceed`. The `fingerprint` must
   * be the same. Rejects with HostError 'invalid' if the saved state can't be loaded.
   */
  restore(spec: MachineSpec): Promise<void>;
  /** Continues a paused VM. Idempotent. */
  proceed(): Promise<void>;
  /**
   * Differs between starts that can't load each other's saved state: hypervisor, virtual hardware.
   */
  fingerprint(spec: MachineSpec): Promise<string>;
  /** Ends the process in an orderly way, without asking the VM. Resolves when it has exited. */
  stop(): Promise<void>;
  /** Kills the process. Resolves when it has exited. Idempotent. */
  kill(): Promise<void>;
  /**
   * Looks for the process, even if another program started it. Afterwards, every method uses that
   * process. Rejects with HostError if the hypervisor can't tell: the VM may run.
   */
  status(): Promise<MachineProcess>;
  /** Rejects with HostError 'machine-not-running' if there is no process. */
  address(): Promise<MachineAddress>;
  /**
   * Runs `action` while the process doesn't have `paths.console` open, and drops the VM's output
   * meanwhile. Absent if the file can be cut at any time.
   */
  whileConsoleClosed?(action: () => Promise<void>): Promise<void>;
  /**
   * Opens a path to an IPv4 address and TCP port, as the VM's network card sees them. The VM must
   * answer for the address. `status` closes paths that an earlier owner of the process left.
   * Rejects if `features` doesn't offer this.
   */
  forward(target: MachineAddress): Promise<MachineForward>;
  /**
   * Resolves when the process found by `start` or `status` has exited; immediately if there is
   * none. The driver ends a process whose processors have stopped for good within a second.
   */
  exited(): Promise<MachineExit>;
  /**
   * Removes what the hypervisor keeps of a suspended VM outside `paths`, once its saved state is
   * discarded. Absent if the hypervisor keeps nothing. Rejects with HostError if that fails.
   */
  forget?(): Promise<void>;
}

export type MachineProcess =
  | { readonly state: 'stopped' }
  | {
      readonly state: 'running';
      readonly pid: number;
      /** The VM is paused: `save` or `restore` was interrupted or not followed up. */
      readonly held: boolean;
    };

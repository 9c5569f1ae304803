import type { ShareTransport } from '../../../guest-agent/contract/shares.ts';
import type { AcceleratorChoice } from '../../api/settings.ts';
import type { MachinePaths } from '../home/paths.ts';
import type { GuestArchitecture, GuestImage } from '../home/resources.ts';
import type { Acceleration, AcceleratorFault } from '../hypervisor/acceleration.ts';
import type { MachineAddress } from '../machine/protocol.ts';
import type { PlannedShare } from './shared-folders/plan.ts';

/** What a machine is given of this computer. */
export interface MachineResources {
  readonly cpus: number;
  readonly memoryMiB: number;
  readonly diskGiB: number;
}
export type Resource = keyof MachineResources;

/** The virtual hardware of one start. */
export interface MachineSpec extends MachineResources {
  /** Folders of this computer; those that go by 9p are devices of the machine. */
  readonly shares: readonly PlannedShare[];
  /** As `Machine.acceleration` names it. */
  readonly accelerator: string;
}

/** What a driver is given once; a driver writes only to the files named here. */
export interface MachineContext {
  readonly paths: MachinePaths;
  /** Of all machines: which accelerators run a guest on this host. */
  readonly accelerationRecord: string;
  readonly architecture: GuestArchitecture;
  /** Looked up at each start, so that a missing image fails a start and nothing else. */
  readonly image: () => GuestImage;
}

/** Differences between drivers, and between hosts, as data. */
export interface MachineFeatures {
  /** How folders of this computer come into the machine. */
  readonly sharing: ShareTransport;
  /** `forward` works: the hypervisor carries connections into the guest faster than SSH does. */
  readonly forwardsPorts: boolean;
  /** `save` and `restore` may work; whether they do with this accelerator, `save` finds out. */
  readonly suspends: boolean;
}

/** A loopback port of the hypervisor that leads to a TCP port behind the guest. */
export interface MachineForward extends MachineAddress {
  /** Connections that were made stay. Idempotent; does not reject. */
  close(): Promise<void>;
}

/** How a hypervisor process came to its end. */
export interface MachineExit {
  /** The guest powered off, or the process was told to end. Otherwise it crashed. */
  readonly orderly: boolean;
  /** For people: what is known about the end. */
  readonly reason: string;
  /**
   * What is to blame, if that is known: the accelerator, or something that killed the process.
   * 'unknown': the process may have been killed as well as have failed.
   */
  readonly fault?: 'accelerator' | 'killed' | 'unknown';
}

/**
 * One virtual machine's hypervisor process, and nothing above it: no SSH, no engine. Each driver
 * implements it and passes `testing/conformance.ts`. The guest's console goes to
 * `paths.console`. The process outlives the one that started it: a later `status` finds it again.
 */
export interface Machine {
  /** The driver's name. */
  readonly driver: string;
  /** What this host offers. Rejects with HostError 'missing-program' without a hypervisor. */
  features(): Promise<MachineFeatures>;
  /**
   * What runs the guest's processors by this choice. Rejects with HostError 'accelerator-failed' when
   * the choice is one accelerator that this host does not have, or that does not work.
   */
  acceleration(choice: AcceleratorChoice): Promise<Acceleration>;
  /**
   * Guest code has run on this accelerator, which may be emulation. Kept for later starts, also of
   * other machines. Does not reject.
   */
  noteGuestRuns(accelerator: string): Promise<void>;
  /**
   * The accelerator does not run a guest: `acceleration('auto')` answers emulation. Kept for later
   * starts if the fault is certain, or once a guest has run emulated. Does not reject.
   */
  noteAcceleratorFault(accelerator: string, fault: AcceleratorFault): Promise<void>;
  /** Makes the disks that are missing and enlarges the data disk. Idempotent; keeps all data. */
  create(spec: MachineSpec): Promise<void>;
  /**
   * Starts the process; resolves once it runs, which says nothing about the guest. Rejects with
   * HostError 'machine-failed', or 'accelerator-failed' when the accelerator is to blame, leaving no
   * process behind.
   */
  start(spec: MachineSpec): Promise<void>;
  /**
   * Gives the running process other resources, as far as that can be while it runs, and answers
   * which of them are as asked; what is not is as it was, and takes a start. The guest has yet to
   * take its processors and its larger disk (see `live-resources.ts`). A disk that is large enough
   * stays as it is. Rejects with HostError 'machine-not-running' when there is no process.
   */
  resize(resources: MachineResources): Promise<readonly Resource[]>;
  /**
   * Holds the guest and writes what it has in memory and devices to `paths.savedMemory`, owner-only
   * and durable. Rejects with HostError in the hypervisor's words; the guest runs on then. The disks
   * are not saved: they must be as they are now when it is restored.
   */
  save(): Promise<void>;
  /**
   * As `start`, with a guest that was saved and is held: it goes on with `proceed`. Only for what has
   * the same `fingerprint`. Rejects with HostError 'invalid' when what was saved cannot be loaded.
   */
  restore(spec: MachineSpec): Promise<void>;
  /** Lets a guest run that is held. Idempotent. */
  proceed(): Promise<void>;
  /** Differs between starts that cannot load what the other saved: hypervisor, virtual hardware. */
  fingerprint(spec: MachineSpec): Promise<string>;
  /** Ends the process in an orderly way, without asking the guest. Resolves once it has gone. */
  stop(): Promise<void>;
  /** Ends the process at once. Resolves once it has gone. Idempotent. */
  kill(): Promise<void>;
  /** Looks for the process, whoever started it; afterwards every method works on that one. */
  status(): Promise<MachineProcess>;
  /** Rejects with HostError 'machine-not-running' when there is no process. */
  address(): Promise<MachineAddress>;
  /**
   * Opens a way to an IPv4 address and TCP port as the guest's network card sees them. The guest
   * must answer for the address. Those that an earlier owner of the process left are closed when
   * `status` finds it. Rejects where `features` does not offer it.
   */
  forward(target: MachineAddress): Promise<MachineForward>;
  /**
   * Resolves when the process that `start` or `status` found has gone; at once without one. A process
   * whose processors have stopped for good is ended by the driver within a second.
   */
  exited(): Promise<MachineExit>;
}

export type MachineProcess =
  | { readonly state: 'stopped' }
  | {
      readonly state: 'running';
      readonly pid: number;
      /** The guest is held: `save` or `restore` was cut off, or has not been followed up. */
      readonly held: boolean;
    };

import type { AcceleratorChoice, Hypervisor } from '../../api/settings.ts';
import { HostError } from '../base/errors.ts';
import { type DataDiskName, hypervDataDisk } from '../home/paths.ts';
import { qemuAccelerates } from '../hypervisor/qemu-accelerates.ts';
import { type HypervisorHost, prefersVfkit, vfkitObstacle } from '../hypervisor/uses-vfkit.ts';
import { createHypervMachine, thisHostsObstacle } from './hyperv/driver.ts';
import type { Machine, MachineContext } from './machine.ts';
import { createQemuMachine } from './qemu/driver.ts';
import { createVfkitMachine } from './vfkit/driver.ts';

export type MachineDriver = (context: MachineContext) => Machine;

/** The facts about a host and the settings that decide which driver `auto` takes. */
export interface DriverHost extends HypervisorHost {
  /** The user's choice. */
  readonly accelerator: AcceleratorChoice;
  /** See `MachineContext`. */
  readonly accelerationRecord: string;
}

/** A driver, and whether a host can use it. */
export interface DriverEntry {
  readonly create: MachineDriver;
  /**
   * Why this host can't use the driver, for the user: 'invalid' on another system,
   * 'missing-program' if something must be installed or allowed. Undefined if the host can.
   */
  readonly obstacle: (host: HypervisorHost) => Promise<HostError | undefined>;
  /** Whether `auto` takes this driver on the host before others, if nothing is in its way. */
  readonly isPreferred: (host: DriverHost) => Promise<boolean>;
  /** The data disk's file name in the VM's directory. Absent: the raw disk of `machinePaths`. */
  readonly dataDisk?: DataDiskName;
}

/** All drivers. `select-driver.ts` chooses one of them. */
export const drivers: Partial<Record<Hypervisor, DriverEntry>> & { readonly qemu: DriverEntry } = {
  vfkit: {
    create: createVfkitMachine,
    obstacle: (host) => vfkitObstacle(host),
    isPreferred: async (host) => prefersVfkit(host, host.accelerator),
  },
  hyperv: {
    create: createHypervMachine,
    async obstacle({ platform }) {
      if (platform === 'win32') return thisHostsObstacle();
      return new HostError('invalid', 'Hyper-V exists only on Windows', {
        hint: 'Set `hypervisor` to "auto" in the settings.',
      });
    },
    // The driver is newer than QEMU's, and nothing but QEMU can emulate the processor.
    isPreferred: async (host) =>
      host.platform === 'win32' && host.accelerator === 'auto' && !(await qemuAccelerates(host)),
    dataDisk: hypervDataDisk,
  },
  qemu: {
    create: createQemuMachine,
    // A missing QEMU fails the start, which says how to install it.
    obstacle: async () => undefined,
    isPreferred: async () => true,
  },
};

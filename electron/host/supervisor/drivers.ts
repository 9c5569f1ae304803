import type { Hypervisor } from '../../api/settings.ts';
import { HostError } from '../base/errors.ts';
import { type DataDiskName, hypervDataDisk } from '../home/paths.ts';
import type { GuestArchitecture } from '../home/resources.ts';
import { prefersVfkit, vfkitObstacle } from '../hypervisor/uses-vfkit.ts';
import { createHypervMachine } from './hyperv/driver.ts';
import { hypervObstacle } from './hyperv/obstacle.ts';
import { createPowerShell } from './hyperv/powershell.ts';
import { hypervScript } from './hyperv/scripts.ts';
import type { Machine, MachineContext } from './machine.ts';
import { createQemuMachine } from './qemu/driver.ts';
import { createVfkitMachine } from './vfkit/driver.ts';

export type MachineDriver = (context: MachineContext) => Machine;

/** The facts about a host that decide which drivers it can use. */
export interface DriverHost {
  readonly platform: NodeJS.Platform;
  readonly architecture: GuestArchitecture;
  readonly environment: NodeJS.ProcessEnv;
}

/** A driver, and whether a host can use it. */
export interface DriverEntry {
  readonly create: MachineDriver;
  /**
   * Why this host can't use the driver, for the user: 'invalid' on another system,
   * 'missing-program' if something must be installed or allowed. Undefined if the host can.
   */
  readonly obstacle: (host: DriverHost) => Promise<HostError | undefined>;
  /** Whether `auto` takes this driver on the host if nothing is in its way. */
  readonly isPreferred: (host: DriverHost) => boolean;
  /** The data disk's file name in the VM's directory. Absent: the raw disk of `machinePaths`. */
  readonly dataDisk?: DataDiskName;
}

/** All drivers; `auto` prefers the first. */
export const drivers: Partial<Record<Hypervisor, DriverEntry>> & { readonly qemu: DriverEntry } = {
  vfkit: {
    create: createVfkitMachine,
    obstacle: vfkitObstacle,
    isPreferred: prefersVfkit,
  },
  hyperv: {
    create: (context) => createHypervMachine(context),
    async obstacle({ platform }) {
      if (platform === 'win32') return hypervObstacle(createPowerShell(hypervScript));
      return new HostError('invalid', 'Hyper-V exists only on Windows', {
        hint: 'Set `hypervisor` to "auto" in the settings.',
      });
    },
    isPreferred: ({ platform }) => platform === 'win32',
    dataDisk: hypervDataDisk,
  },
  qemu: {
    create: createQemuMachine,
    // A missing QEMU fails the start, which says how to install it.
    obstacle: async () => undefined,
    isPreferred: () => true,
  },
};

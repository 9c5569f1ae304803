import { guestDiskOrder } from '../../../../guest-agent/contract/paths.ts';
import type { MachinePaths } from '../../home/paths.ts';
import type { GuestArchitecture, GuestImage } from '../../home/resources.ts';
import type { Accelerator } from '../../hypervisor/acceleration.ts';
import { processorArguments, processorCount } from '../../hypervisor/processors.ts';
import type { MachineSpec } from '../machine.ts';
import {
  consoleArguments,
  type Disk,
  diskArguments,
  entropyArguments,
  kernelArguments,
  memoryArguments,
  networkArguments,
  shareArguments,
} from './devices.ts';

export interface CommandLineInput {
  readonly architecture: GuestArchitecture;
  readonly accelerator: Accelerator;
  /** QEMU's. */
  readonly version: string;
  /** See `sandbox.ts`. */
  readonly sandbox: readonly string[];
  /** See `monitor-endpoint.ts`. */
  readonly monitor: readonly string[];
  readonly spec: Omit<MachineSpec, 'accelerator'>;
  readonly image: GuestImage;
  readonly paths: MachinePaths;
  /** The host's processors. */
  readonly availableCpus: number;
}

/** QEMU's whole argv, without the program. */
export function qemuArguments(input: CommandLineInput): string[] {
  const { architecture, accelerator, version, sandbox, spec, image, paths, monitor } = input;
  const count = processorCount(architecture, accelerator, {
    ...{ cpus: spec.cpus, available: input.availableCpus, version },
  });
  return [
    ...['-name', 'berth', '-nodefaults', '-no-user-config', '-display', 'none'],
    ...sandbox,
    ...processorArguments(architecture, accelerator, count, version),
    ...memoryArguments(spec.memoryMiB),
    ...kernelArguments(architecture, image, spec.cpus),
    ...diskArguments(disksInOrder(image, paths), spec.cpus),
    ...networkArguments(),
    ...shareArguments(spec.shares, accelerator),
    ...entropyArguments(),
    ...consoleArguments(paths.console),
    ...monitor,
    ...['-pidfile', paths.hypervisorPid],
  ];
}

/** The order is part of the contract with the guest: see `guestDiskOrder`. */
function disksInOrder(image: GuestImage, paths: MachinePaths): Disk[] {
  const disks: Record<(typeof guestDiskOrder)[number], Disk> = {
    root: { name: 'root', path: image.root, readOnly: true },
    data: { name: 'data', path: paths.dataDisk, readOnly: false },
    config: { name: 'config', path: paths.configDisk, readOnly: true },
  };
  return guestDiskOrder.map((name) => disks[name]);
}

import type { Machine, MachineContext } from './machine.ts';
import { createQemuMachine } from './qemu/driver.ts';

export type MachineDriver = (context: MachineContext) => Machine;

/** All drivers. */
export const drivers = {
  qemu: createQemuMachine,
} satisfies Record<string, MachineDriver>;

/** The driver for this host. */
export const defaultDriver: MachineDriver = drivers.qemu;

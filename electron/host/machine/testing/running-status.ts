import type { MachineStatus } from '../../../api/machine.ts';

/** What a machine says that runs as it should. */
export const runningStatus: MachineStatus = {
  name: 'default',
  state: 'running',
  driver: 'qemu',
  accelerator: 'kvm',
  cpus: 2,
  memoryMiB: 2048,
  diskGiB: 64,
};

import type { BootStep } from '../../../api/machine.ts';

/** One step of a start. Steps run in this order. */
export interface BootStepInfo {
  readonly step: BootStep;
  /** A description of the work, for display. */
  readonly description: string;
  /** The deadline of the step. Emulated VMs get four times as long. */
  readonly deadlineMs: number;
  /** The advice if the step fails for an unknown reason. */
  readonly hint: string;
}

export const bootSteps: readonly BootStepInfo[] = [
  {
    step: 'prepare',
    description: 'Preparing disks and keys',
    deadlineMs: 30_000,
    hint: `Check that the disk isn't full and that ~/.berth belongs to you.`,
  },
  {
    step: 'backup',
    description: 'Copying the data disk',
    deadlineMs: 3_600_000,
    hint: `Check that the disk isn't full: the copy is as large as the VM's data.`,
  },
  {
    step: 'launch',
    description: 'Starting the virtual machine',
    deadlineMs: 20_000,
    hint: "The lines below are the hypervisor's output. To report the problem, attach the output of `berth diagnose`.",
  },
  {
    step: 'kernel',
    description: 'Booting Linux',
    deadlineMs: 30_000,
    hint: 'The lines below are the last output of Linux. To report the problem, attach the output of `berth diagnose`.',
  },
  {
    step: 'ssh',
    description: 'Connecting to the VM',
    deadlineMs: 30_000,
    hint: `The VM booted, but its SSH server doesn't answer. The lines below may show the reason.`,
  },
  {
    step: 'engine',
    description: 'Starting the container engine',
    deadlineMs: 30_000,
    hint: `The VM is running, but its engine doesn't answer. Use \`berth machine ssh\` to open a shell in the VM.`,
  },
];

/** Extends a deadline for emulated processors. */
export const emulatedFactor = 4;

/** Extends the deadline for an engine that first changes the data disk's format. */
export const upgradeFactor = 60;

/** Extends the deadline for a launch that loads a suspended VM's memory. */
export const resumeFactor = 15;

/** Console lines by which the VM reports the progress of its boot. */
export const milestones = {
  init: 'berth: init',
  sshd: 'berth: sshd',
  network: 'berth: network up',
} as const;

/** The steps that a running VM must still pass after a takeover. */
export function isAfterLaunch(step: BootStep): boolean {
  return step === 'kernel' || step === 'ssh' || step === 'engine';
}

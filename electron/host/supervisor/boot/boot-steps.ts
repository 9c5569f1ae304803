import type { BootStep } from '../../../api/machine.ts';

/** One requirement of a start. A start passes them in this order. */
export interface BootStepInfo {
  readonly step: BootStep;
  /** For people: what is being done. */
  readonly description: string;
  /** A start that stays longer in this step has failed. Emulated machines get four times that. */
  readonly deadlineMs: number;
  /** What to do when the step fails for no reason that is better known. */
  readonly hint: string;
}

export const bootSteps: readonly BootStepInfo[] = [
  {
    step: 'prepare',
    description: 'Preparing disks and keys',
    deadlineMs: 30_000,
    hint: 'Check that the disk is not full and that ~/.berth belongs to you.',
  },
  {
    step: 'backup',
    description: 'Keeping a copy of the data disk',
    deadlineMs: 3_600_000,
    hint: 'Check that the disk is not full: the copy is as large as what the machine holds.',
  },
  {
    step: 'launch',
    description: 'Starting the virtual machine',
    deadlineMs: 20_000,
    hint: "The lines below are QEMU's own. `berth diagnose` collects what a report needs.",
  },
  {
    step: 'kernel',
    description: 'Booting Linux',
    deadlineMs: 30_000,
    hint: 'Its last lines show how far it came. `berth diagnose` collects what a report needs.',
  },
  {
    step: 'ssh',
    description: 'Connecting to the guest',
    deadlineMs: 30_000,
    hint: 'The guest booted, but its SSH server does not answer; the lines below may say why.',
  },
  {
    step: 'engine',
    description: 'Starting the container engine',
    deadlineMs: 30_000,
    hint: 'The guest is up, but its engine does not answer; `berth machine ssh` reaches it.',
  },
];

/** Stretches a deadline for processors that are emulated. */
export const emulatedFactor = 4;

/** The same for an engine that changes the format of the data disk first. */
export const upgradeFactor = 60;

/** The same for a launch that loads the memory of a suspended machine. */
export const resumeFactor = 15;

/** Lines on the console by which the guest tells how far its boot has come. */
export const milestones = {
  init: 'berth: init',
  sshd: 'berth: sshd',
  network: 'berth: network up',
} as const;

/** Steps that a machine which is already running still has to pass. */
export function isAfterLaunch(step: BootStep): boolean {
  return step === 'kernel' || step === 'ssh' || step === 'engine';
}

import { HostError, reasonOf } from '../../base/errors.ts';
import type { BootStepInfo } from '../boot/boot-steps.ts';
import { HypervisorEnded } from '../hypervisor-ended.ts';
import { TookTooLong } from './pass-step.ts';

/** What is known of a step that failed. */
export interface StepEvidence {
  readonly info: Pick<BootStepInfo, 'step' | 'hint'>;
  readonly cause: unknown;
  /** The guest's last lines; none before it was launched. */
  readonly console: readonly string[];
}

/** For people: why a step failed, and what to do about it. */
export interface FailureWords {
  readonly reason: string;
  readonly hint: string;
}

const renewImage =
  'The guest image may be damaged: reinstall Berth to renew it. If that does not help, `berth diagnose` collects what a report needs.';
const withoutAccelerator =
  'If this computer is a virtual machine itself, its host may not support nested virtualization. To run without it, slowly, set `accelerator` in the settings to "auto" or "emulation".';
const report = '`berth diagnose` collects what a report needs.';

/** Reads the evidence: what is most certain comes first. */
export function wordsFor({ info, cause, console }: StepEvidence): FailureWords {
  const reason = reasonOf(cause);
  if (cause instanceof HostError && cause.hint !== undefined) return { reason, hint: cause.hint };
  if (cause instanceof HostError && cause.code === 'accelerator-failed') {
    return { reason, hint: withoutAccelerator };
  }
  if (cause instanceof HypervisorEnded && cause.exit.fault === 'killed') {
    return {
      reason,
      hint: 'Something outside Berth stopped QEMU. Often the system does this when it runs out of memory. Free some memory, or lower `memoryMiB` in the settings, and start again.',
    };
  }
  if (cause instanceof HypervisorEnded && cause.exit.fault === 'unknown') {
    return {
      reason,
      hint: 'QEMU left no message. Something outside Berth may have stopped QEMU: start the machine again. If this happens each time, set `accelerator` in the settings to "emulation", which is slow.',
    };
  }
  return (
    ofGuest(console) ??
    ofCrashes(info, console) ?? { reason, hint: hintFor(info, cause, reason, console) }
  );
}

/** Lines by which the guest says that its boot cannot go on (`fail` in the image's scripts). */
const gaveUp = /^berth: ((?:init|root|boot|cgroups|config|data disk): .+)$/;
const progress = /^berth: data disk: (?:repairing|formatting)$/;

function ofGuest(console: readonly string[]): FailureWords | undefined {
  const panic = console.find((line) => line.includes('Kernel panic'));
  if (panic !== undefined) {
    const reason = `Linux panicked: ${panic.replace(/^.*Kernel panic - not syncing: /, '')}`;
    return { reason, hint: renewImage };
  }
  const line = console.findLast((each) => gaveUp.test(each) && !progress.test(each));
  const words = line && gaveUp.exec(line)?.[1];
  if (!words) return undefined;
  const isDataDisk = words.startsWith('data disk');
  return {
    reason: `the guest gave up: ${words}`,
    hint: isDataDisk
      ? `Containers, images and volumes are on that disk: keep a copy of the machine's directory before you try anything. ${report}`
      : renewImage,
  };
}

/** An engine that its guest starts over and over. */
function ofCrashes(
  { step }: StepEvidence['info'],
  console: readonly string[],
): FailureWords | undefined {
  const starts = console.filter((line) => line === 'berth: agent').length;
  if (step !== 'engine' || starts < 3) return undefined;
  return {
    reason: `the engine keeps crashing: the guest started it ${starts} times`,
    hint: `The lines of its log say why. ${report}`,
  };
}

function hintFor(
  { step, hint }: StepEvidence['info'],
  cause: unknown,
  reason: string,
  console: readonly string[],
): string {
  if (step === 'launch') return launchHint(reason) ?? hint;
  if (cause instanceof HypervisorEnded) {
    return `QEMU ended by itself; its last lines may say why. Start the machine again. ${report}`;
  }
  if (step !== 'kernel' || !(cause instanceof TookTooLong)) return hint;
  return console.length === 0
    ? `Linux wrote nothing to its console. If this computer is very busy, start the machine again. ${report}`
    : 'Linux had begun to boot; the last lines show how far it came. If this computer is very busy, start the machine again.';
}

/** QEMU did not come up, and said this. */
function launchHint(said: string): string | undefined {
  if (/allocate memory/i.test(said)) {
    return 'Free some memory, or lower `memoryMiB` in the settings.';
  }
  if (/failed to get .*lock/i.test(said)) {
    return 'Another process uses the disk of this machine: end the QEMU that still runs.';
  }
  if (/kernel|initrd|root\.erofs|linux/i.test(said)) return renewImage;
  return undefined;
}

import { HostError, reasonOf } from '../../base/errors.ts';
import type { BootStepInfo } from '../boot/boot-steps.ts';
import { HypervisorEnded } from '../hypervisor-ended.ts';
import { TookTooLong } from './pass-step.ts';

/** The evidence about a failed step. */
export interface StepEvidence {
  readonly info: Pick<BootStepInfo, 'step' | 'hint'>;
  readonly cause: unknown;
  /** The VM's last console lines; empty before the launch. */
  readonly console: readonly string[];
}

/** Why a step failed and what to do about it, for the user. */
export interface FailureWords {
  readonly reason: string;
  readonly hint: string;
}

const renewImage = `The VM image may be damaged. Reinstall Berth to replace it. If that doesn't help, report the problem and attach the output of \`berth diagnose\`.`;
const withoutAccelerator =
  'If you run Berth inside a virtual machine, nested virtualization may not be supported there. To run without it, which is slow, set `accelerator` in the settings to "auto" or "emulation".';
const report = 'To report the problem, attach the output of `berth diagnose`.';

/** Reads the evidence, most reliable first. */
export function wordsFor({ info, cause, console }: StepEvidence): FailureWords {
  const reason = reasonOf(cause);
  if (cause instanceof HostError && cause.hint !== undefined) return { reason, hint: cause.hint };
  if (cause instanceof HostError && cause.code === 'accelerator-failed') {
    return { reason, hint: withoutAccelerator };
  }
  if (cause instanceof HypervisorEnded && cause.exit.fault === 'killed') {
    return {
      reason,
      hint: 'Something outside Berth stopped the hypervisor. Systems often do this when they run out of memory. Free some memory, or lower `memoryMiB` in the settings, then start the VM again.',
    };
  }
  if (cause instanceof HypervisorEnded && cause.exit.fault === 'unknown') {
    return {
      reason,
      hint: 'The hypervisor left no message. Something outside Berth may have stopped it. Start the VM again. If this happens each time, set `accelerator` in the settings to "emulation", which is slow.',
    };
  }
  return (
    ofGuest(console) ??
    ofCrashes(info, console) ?? { reason, hint: hintFor(info, cause, reason, console) }
  );
}

/** Lines by which the VM reports that it can't boot (`fail` in the image's scripts). */
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
    reason: `the VM couldn't boot: ${words}`,
    hint: isDataDisk
      ? `Containers, images and volumes are on that disk, so copy the VM's directory before you try anything. ${report}`
      : renewImage,
  };
}

/** An engine that the VM restarts again and again. */
function ofCrashes(
  { step }: StepEvidence['info'],
  console: readonly string[],
): FailureWords | undefined {
  const starts = console.filter((line) => line === 'berth: agent').length;
  if (step !== 'engine' || starts < 3) return undefined;
  return {
    reason: `the engine keeps crashing: the VM started it ${starts} times`,
    hint: `The lines of its log below may show the reason. ${report}`,
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
    return `The hypervisor exited unexpectedly. Its last lines may show the reason. Start the VM again. ${report}`;
  }
  if (step !== 'kernel' || !(cause instanceof TookTooLong)) return hint;
  return console.length === 0
    ? `Linux wrote nothing to its console. If the host is very busy, start the VM again. ${report}`
    : 'Linux began to boot. The lines below are its last output. If the host is very busy, start the VM again.';
}

/** A hint for a hypervisor that failed to start with this message. */
function launchHint(said: string): string | undefined {
  if (/allocate memory/i.test(said)) {
    return 'Free some memory, or lower `memoryMiB` in the settings.';
  }
  if (/failed to get .*lock/i.test(said)) {
    return `Another process uses this VM's disk. End the hypervisor process that is still running.`;
  }
  if (/kernel|initrd|root\.erofs|linux/i.test(said)) return renewImage;
  return undefined;
}

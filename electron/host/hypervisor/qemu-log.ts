import { complaints } from '../home/hypervisor-log.ts';

/*
 * What QEMU writes to its standard error. The words of an accelerator are from QEMU's sources:
 * accel/kvm/kvm-all.c, target/i386/kvm/kvm.c, accel/hvf/hvf-all.c and target/i386/whpx/whpx-all.c.
 */

/** The guest's processors have stopped for good, whatever QEMU does next. */
const stopped =
  /KVM internal error|kvm run failed|KVM: entry failed|WHPX: (?:Unexpected VP exit|Failed to exec)|\bHV_(?:ERROR|BUSY|BAD_ARGUMENT|DENIED|NO_RESOURCES|NO_DEVICE|UNSUPPORTED|ILLEGAL_GUEST_STATE)\b/;

/** An accelerator speaks of itself. */
const ofAccelerator = /\b(?:kvm|hvf|whpx)\b|kvm_|hvf_|whpx_|\bHV_|failed to set MSR/i;

/** The line that says that the guest's processors have stopped for good. */
export function stoppedWords(log: string): string | undefined {
  return lines(log).find((line) => stopped.test(line));
}

/** The first line in which an accelerator says what is wrong. */
export function acceleratorWords(log: string): string | undefined {
  return stoppedWords(log) ?? lines(log).find((line) => ofAccelerator.test(line));
}

/** The first thing that QEMU complains about. */
export function firstWords(log: string): string | undefined {
  return lines(log)[0];
}

/** Complaints without the program's name. */
function lines(log: string): string[] {
  return complaints(log).map((line) =>
    line
      .replace(/^\S*qemu-system-\S+: /, '')
      .replace(/^error: /, '')
      .trim(),
  );
}

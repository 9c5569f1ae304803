import { complaints } from '../home/hypervisor-log.ts';

/**
 * Parses QEMU's standard error. The accelerators' messages are from QEMU's sources:
 * accel/kvm/kvm-all.c, target/i386/kvm/kvm.c, accel/hvf/hvf-all.c and target/i386/whpx/whpx-all.c.
 */

/** The VM's processors have stopped for good, whatever QEMU does next. */
const stopped =
  /KVM internal error|kvm run failed|KVM: entry failed|WHPX: (?:Unexpected VP exit|Failed to exec)|\bHV_(?:ERROR|BUSY|BAD_ARGUMENT|DENIED|NO_RESOURCES|NO_DEVICE|UNSUPPORTED|ILLEGAL_GUEST_STATE)\b/;

/** A message of an accelerator about itself. */
const ofAccelerator = /\b(?:kvm|hvf|whpx)\b|kvm_|hvf_|whpx_|\bHV_|failed to set MSR/i;

/** The line that reports that the VM's processors have stopped for good. */
export function stoppedWords(log: string): string | undefined {
  return lines(log).find((line) => stopped.test(line));
}

/** The first line with an accelerator's problem. */
export function acceleratorWords(log: string): string | undefined {
  return stoppedWords(log) ?? lines(log).find((line) => ofAccelerator.test(line));
}

/** QEMU's first complaint. */
export function firstWords(log: string): string | undefined {
  return lines(log)[0];
}

/** Complaints without the program's name in front. */
function lines(log: string): string[] {
  return complaints(log).map((line) =>
    line
      .replace(/^\S*qemu-system-\S+: /, '')
      .replace(/^error: /, '')
      .trim(),
  );
}

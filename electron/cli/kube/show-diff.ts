import type { ObjectDiff } from '../../host/kube/apply/diff-manifests.ts';
import type { CliContext } from '../context.ts';

/** Shows what would change, in colour on a terminal. */
export function showDiff({ stdout }: CliContext, diffs: readonly ObjectDiff[]): void {
  for (const { patch } of diffs) {
    if (patch !== '') stdout.write(stdout.isTTY ? colored(patch) : patch);
  }
}

const RED = 31;
const GREEN = 32;
const CYAN = 36;

function colored(patch: string): string {
  return patch.replace(/^([-+@]).*$/gm, (line, sign: string) => {
    const color = sign === '-' ? RED : sign === '+' ? GREEN : CYAN;
    return `\x1b[${color}m${line}\x1b[0m`;
  });
}

/** `2 objects to create, 1 to change, 3 unchanged`. */
export function summaryOf(diffs: readonly ObjectDiff[]): string {
  const count = (change: ObjectDiff['change']) =>
    diffs.filter((each) => each.change === change).length;
  return `${count('create')} to create, ${count('update')} to change, ${count('none')} unchanged`;
}

import { vfkitWords } from '../../hypervisor/vfkit-log.ts';
import type { MachineExit } from '../machine.ts';

/** The evidence about a vfkit that has exited. */
export interface VfkitEnd {
  /** The VM reset itself, so Berth ended the process. */
  readonly isReset: boolean;
  /** Berth asked the process to stop the VM. */
  readonly isAsked: boolean;
  /** How the process exited; unknown if another process started it. */
  readonly code?: number | null;
  readonly signal?: NodeJS.Signals | null;
  readonly log: string;
}

/** vfkit's last line when the VM has powered off or was stopped. */
const stopped = /msg="VM is stopped"/;

/** How a vfkit ended, and the cause. */
export function exitOf({ isReset, isAsked, code, signal, log }: VfkitEnd): MachineExit {
  if (isReset) {
    return { orderly: false, reason: 'the VM reset itself, as Linux does after a panic' };
  }
  const words = vfkitWords(log);
  if (signal === 'SIGKILL' || signal === 'SIGTERM') {
    return { orderly: false, fault: 'killed', reason: `vfkit was killed (${signal})` };
  }
  if (stopped.test(log) || (code === 0 && words === undefined) || isAsked) {
    return { orderly: true, reason: 'vfkit exited: the VM is stopped' };
  }
  const how = signal ?? (typeof code === 'number' ? `exit code ${code}` : undefined);
  if (how === undefined && words === undefined) {
    // vfkit writes the reason for each exit of its own. How another starter's process ended is unknown.
    return { orderly: false, fault: 'killed', reason: 'vfkit ended without a message' };
  }
  const detail = `${how ? ` (${how})` : ''}${words ? `: ${words}` : ''}`;
  return { orderly: false, reason: `vfkit exited unexpectedly${detail}` };
}

import { acceleratorWords, firstWords } from '../../hypervisor/qemu-log.ts';
import type { MachineExit } from '../machine.ts';
import type { Shutdown } from './qmp.ts';

/** What is known of a QEMU that has gone. */
export interface QemuEnd {
  /** What QEMU said before it ended. */
  readonly shutdown: Shutdown | undefined;
  /** The guest's processors had stopped for good before; see `health.ts`. */
  readonly fault: string | undefined;
  /** How the process ended; unknown for one that another process started. */
  readonly code?: number | null;
  readonly signal?: NodeJS.Signals | null;
  readonly log: string;
  readonly platform: NodeJS.Platform;
}

/** How a QEMU came to its end, and who is to blame. */
export function exitOf({ shutdown, fault, code, signal, log, platform }: QemuEnd): MachineExit {
  if (fault !== undefined) return { orderly: false, reason: fault, fault: 'accelerator' };
  if (shutdown) {
    const { reason } = shutdown;
    if (reason === 'guest-panic') {
      const words = acceleratorWords(log) ?? 'QEMU says that the guest panicked';
      return { orderly: false, reason: words, fault: 'accelerator' };
    }
    if (reason === 'guest-reset') {
      return { orderly: false, reason: 'the guest reset itself, as Linux does after a panic' };
    }
    const orderly = reason === 'guest-shutdown' || reason === 'host-qmp-quit';
    return { orderly, reason: `QEMU ended: ${reason}` };
  }
  if (signal === 'SIGKILL' || signal === 'SIGTERM') {
    return {
      ...{ orderly: false, fault: 'killed' },
      reason: `QEMU was killed (${signal})`,
    };
  }
  const words = acceleratorWords(log);
  if (words !== undefined) return { orderly: false, reason: words, fault: 'accelerator' };
  const how = signal ?? (typeof code === 'number' ? `exit code ${code}` : undefined);
  const said = firstWords(log);
  // Windows has no signals: the Task Manager's victims end with code 1, too.
  const isUnclear = platform === 'win32' && code === 1 && said === undefined;
  return {
    ...{ orderly: false, ...(isUnclear && { fault: 'unknown' as const }) },
    reason: `QEMU ended unexpectedly${how ? ` (${how})` : ''}${said ? `: ${said}` : ''}`,
  };
}

import { acceleratorWords, firstWords } from '../../hypervisor/qemu-log.ts';
import type { MachineExit } from '../machine.ts';
import type { Shutdown } from './qmp.ts';

/** The evidence about a QEMU that has exited. */
export interface QemuEnd {
  /** QEMU's reason for its exit. */
  readonly shutdown: Shutdown | undefined;
  /** Whether the VM's processors had stopped for good; see `health.ts`. */
  readonly fault: string | undefined;
  /** How the process exited; unknown if another process started it. */
  readonly code?: number | null;
  readonly signal?: NodeJS.Signals | null;
  readonly log: string;
  readonly platform: NodeJS.Platform;
}

/** How a QEMU ended, and the cause. */
export function exitOf({ shutdown, fault, code, signal, log, platform }: QemuEnd): MachineExit {
  if (fault !== undefined) return { orderly: false, reason: fault, fault: 'accelerator' };
  if (shutdown) {
    const { reason } = shutdown;
    if (reason === 'guest-panic') {
      const words = acceleratorWords(log) ?? 'QEMU reports that the VM panicked';
      return { orderly: false, reason: words, fault: 'accelerator' };
    }
    if (reason === 'guest-reset') {
      return { orderly: false, reason: 'the VM reset itself, as Linux does after a panic' };
    }
    const orderly = reason === 'guest-shutdown' || reason === 'host-qmp-quit';
    return { orderly, reason: `QEMU exited: ${reason}` };
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
  // Windows has no signals: a process ended in the Task Manager also exits with code 1.
  const isUnclear = platform === 'win32' && code === 1 && said === undefined;
  return {
    ...{ orderly: false, ...(isUnclear && { fault: 'unknown' as const }) },
    reason: `QEMU exited unexpectedly${how ? ` (${how})` : ''}${said ? `: ${said}` : ''}`,
  };
}

import { HostError, reasonOf } from '../../base/errors.ts';
import { CmdletError } from './powershell.ts';

/** The cmdlets aren't installed. */
export const isWithoutHyperv = (error: unknown): boolean =>
  error instanceof CmdletError && /^CommandNotFoundException/.test(error.errorId);

/** Hyper-V can't tell whether the VM runs, so nothing may be done to the VM. */
export function unknownState(cause: unknown): HostError {
  const { hint = 'Try again. If that fails too, restart your PC.' } = hintFor(cause);
  const message = `Hyper-V can't tell whether the VM runs: ${reasonOf(cause)}`;
  return new HostError('machine-failed', message, { hint, cause });
}

/** Advice for a refused cmdlet whose cause is known. */
export function hintFor(error: unknown): { readonly hint?: string } {
  if (!(error instanceof CmdletError)) {
    return error instanceof HostError && error.hint !== undefined ? { hint: error.hint } : {};
  }
  if (error.category === 'PermissionDenied' || /AccessDenied/.test(error.errorId)) {
    return {
      hint: 'Ask an administrator to add you to the group "Hyper-V Administrators", then sign out of Windows and in again.',
    };
  }
  if (/OutOfMemory/.test(error.errorId)) {
    return { hint: 'Free some memory, or lower `memoryMiB` in the settings.' };
  }
  return {};
}

/** A start that failed, with advice if the cause is known. */
export function startError(cause: unknown): HostError {
  if (cause instanceof HostError && !(cause instanceof CmdletError)) return cause;
  return new HostError('machine-failed', reasonOf(cause), { ...hintFor(cause), cause });
}

import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { HostError } from './errors.ts';
import { codeOf, isSystemError } from './system-error.ts';

/** What a short-lived program left behind. `code` is null when a signal or the timeout ended it. */
export interface ProgramResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs a program to its end without a shell. A non-zero exit is a result, not an error; rejects
 * with HostError 'missing-program' when there is no such program.
 */
export function runProgram(
  program: string,
  args: readonly string[],
  options: { readonly input?: string; readonly timeoutMs?: number } = {},
): Promise<ProgramResult> {
  return new Promise((resolve, reject) => {
    const child = execFile(
      program,
      args,
      { timeout: options.timeoutMs ?? 10_000, killSignal: 'SIGKILL', windowsHide: true },
      (error, stdout, stderr) => {
        if (error?.code === 'ENOENT' || error?.code === 'EACCES') {
          reject(new HostError('missing-program', `Cannot run ${program}`, { cause: error }));
        } else {
          resolve({ code: child.exitCode, stdout, stderr });
        }
      },
    );
    // A program that ends without reading its input is no failure of ours.
    child.stdin?.on('error', () => {});
    child.stdin?.end(options.input ?? '');
  });
}

/** Whether a process with this ID runs. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return codeOf(error) === 'EPERM';
  }
  return !isZombie(pid);
}

/** Waits for a process that is about to end; nothing tells of one that is not our child. */
export async function waitUntilGone(pid: number, timeoutMs = 10_000): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  while (isAlive(pid) && Date.now() < deadline) await sleep(10);
}

/** A process that has ended stays visible until its parent looks, which not every init does. */
function isZombie(pid: number): boolean {
  if (process.platform !== 'linux') return false;
  try {
    return /\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch (error) {
    // It has gone meanwhile.
    if (isSystemError(error)) return true;
    throw error;
  }
}

/** The command line of a process; empty when it has gone, or is a zombie. */
export async function commandLineOf(pid: number): Promise<string> {
  const { stdout } =
    process.platform === 'win32'
      ? await runProgram('powershell.exe', [
          '-NoProfile',
          '-Command',
          `(Get-CimInstance Win32_Process -Filter "ProcessId=${pid}").CommandLine`,
        ])
      : await runProgram('ps', ['-ww', '-o', 'args=', '-p', String(pid)]);
  return stdout.trim();
}

import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod';
import { HostError } from './errors.ts';
import { parseJson } from './parse-json.ts';
import { powerShellArguments } from './power-shell.ts';
import { codeOf, isSystemError } from './system-error.ts';

/** The result of a short-lived program. `code` is null if a signal or the timeout ended it. */
export interface ProgramResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs a program without a shell and waits for it. A non-zero exit code is a result, not an error.
 * Rejects with HostError 'missing-program' if the program doesn't exist.
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
          reject(new HostError('missing-program', `Can't run ${program}`, { cause: error }));
        } else {
          resolve({ code: child.exitCode, stdout, stderr });
        }
      },
    );
    // A program may exit without reading its input; that isn't an error.
    child.stdin?.on('error', () => {});
    child.stdin?.end(options.input ?? '');
  });
}

/** Whether a process with this ID is running. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return codeOf(error) === 'EPERM';
  }
  return !isZombie(pid);
}

/**
 * Polls until a process has exited. The system sends no event for a process that isn't our child.
 */
export async function waitUntilGone(pid: number, timeoutMs = 10_000): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  while (isAlive(pid) && Date.now() < deadline) await sleep(10);
}

/** A zombie: it has exited, but its parent hasn't reaped it, and some init processes never do. */
function isZombie(pid: number): boolean {
  if (process.platform !== 'linux') return false;
  try {
    return /\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch (error) {
    // The process has exited in the meantime.
    if (isSystemError(error)) return true;
    throw error;
  }
}

const processSchema = z.object({ found: z.boolean(), commandLine: z.string().nullable() });

/** The owner of a process alone can read its command line, but everyone sees that it runs. */
export const commandLineScript = (pid: number) =>
  `$p = Get-CimInstance Win32_Process -Filter 'ProcessId=${pid}' -ErrorAction Stop
ConvertTo-Json -Compress @{ found = [bool]$p; commandLine = $p.CommandLine }`;

/**
 * The command line of a process; empty if the process has exited or is a zombie. Undefined if the
 * system doesn't tell.
 */
export async function commandLineOf(
  pid: number,
  platform: NodeJS.Platform = process.platform,
): Promise<string | undefined> {
  if (platform === 'win32') return windowsCommandLine(pid);
  const { code, stdout } = await runProgram('ps', ['-ww', '-o', 'args=', '-p', String(pid)]);
  // `ps` exits with 1 if the process doesn't exist, and is killed if it takes too long.
  return code === null ? undefined : stdout.trim();
}

async function windowsCommandLine(pid: number): Promise<string | undefined> {
  const words = powerShellArguments(commandLineScript(pid));
  const { stdout } = await runProgram('powershell.exe', words, { timeoutMs: 30_000 });
  return readWindowsProcess(stdout);
}

/** Reads the answer of `commandLineScript`, as `commandLineOf` returns it. */
export function readWindowsProcess(output: string): string | undefined {
  const { data } = processSchema.safeParse(parseJson(output));
  if (!data) return undefined;
  return data.found ? (data.commandLine ?? undefined) : '';
}

/**
 * Whether a process that was recorded earlier may still be the same one: it runs, and its command
 * line has `mark`, or can't be read.
 */
export async function mayStillRun(pid: number, mark: string): Promise<boolean> {
  if (!isAlive(pid)) return false;
  const line = await commandLineOf(pid);
  return line === undefined || line.includes(mark);
}

/** Kills a process, unless it has already exited. */
export function killProcess(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if (codeOf(error) !== 'ESRCH') throw error;
  }
}

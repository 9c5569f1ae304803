import { type ChildProcess, type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { EngineError, hasCode, isShortage, persistently } from '../../errors.ts';
import { setOomScoreAdj } from './oom-score.ts';

/**
 * The default deadline in milliseconds. Most programs take a second or two, but many times longer
 * on a busy host.
 */
const DEADLINE = 60_000;
/** How many bytes of stderr to keep: the last ones, which show why a program failed. */
const KEPT_STDERR = 64 * 1024;

/** A program that ran and failed. `message` is the last line of its stderr. */
export class ProgramError extends EngineError {
  readonly program: string;
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number | null;

  constructor(program: string, exitCode: number | null, stdout: string, stderr: string) {
    // Some programs print errors on stdout.
    const said = (stderr || stdout).trim().split('\n').at(-1);
    super('internal', `${program}: ${said || `exit status ${exitCode}`}`);
    this.name = 'ProgramError';
    this.program = program;
    this.stdout = stdout;
    this.stderr = stderr || stdout;
    this.exitCode = exitCode;
  }
}

/** A program that was killed at its deadline. */
export class ProgramTimeout extends EngineError {
  constructor(program: string, milliseconds: number) {
    super('internal', `${program} did not exit within ${milliseconds / 1000} s and was stopped`);
    this.name = 'ProgramTimeout';
  }
}

export interface RunOptions {
  readonly input?: string;
  /** An open file that the program reads instead of `input`. */
  readonly stdin?: number;
  /** An open file that is the program's descriptor 3. */
  readonly output?: number;
  /** Runs the program as this user and the group with the same number. */
  readonly user?: number;
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** Milliseconds after which the program and all its child processes are killed. */
  readonly deadline?: number;
  /** Kills the program and all its child processes. */
  readonly signal?: AbortSignal;
  /** How readily the kernel kills the program if memory runs out. The default is 0. */
  readonly oomScoreAdj?: number;
}

/**
 * Runs a program until it exits and returns its stdout. Rejects with ProgramError, or with
 * ProgramTimeout at the deadline, even if the kernel can't kill the program yet.
 */
export async function run(
  program: string,
  args: readonly string[],
  { input = '', stdin, output, user, env, cwd, deadline, signal, oomScoreAdj = 0 }: RunOptions = {},
): Promise<string> {
  signal?.throwIfAborted();
  const milliseconds = deadline ?? DEADLINE;
  const child = spawn(program, args, {
    stdio: [stdin ?? 'pipe', 'pipe', 'pipe', ...(output === undefined ? [] : [output])],
    // In its own process group, so that all of it can be killed.
    detached: true,
    ...(cwd !== undefined && { cwd }),
    ...(user !== undefined && { uid: user, gid: user }),
    ...(env && { env: { ...process.env, ...env } }),
  });
  setOomScoreAdj(child.pid, oomScoreAdj);
  let stdout = '';
  let stderr = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    stderr = (stderr + text).slice(-KEPT_STDERR);
  });
  // Only the exit status counts for a program that exits without reading its input.
  child.stdin?.on('error', () => {});
  child.stdin?.end(input);
  const end = Promise.withResolvers<number | null>();
  child.on('error', (cause) =>
    end.reject(new EngineError('internal', `can't run ${program}: ${cause.message}`, { cause })),
  );
  child.on('close', end.resolve);
  const aborted = () => end.reject(signal?.reason);
  signal?.addEventListener('abort', aborted);
  const timer = setTimeout(() => {
    // The program has exited, but a child process keeps its output open.
    if (child.exitCode !== null) end.resolve(child.exitCode);
    else end.reject(new ProgramTimeout(program, milliseconds));
  }, milliseconds);
  try {
    const exitCode = await end.promise;
    if (exitCode !== 0) throw new ProgramError(program, exitCode, stdout, stderr);
    return stdout;
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', aborted);
    abandon(child);
  }
}

/**
 * Starts a program with pipes. Rejects if the program can't start: for want of descriptors, Node would
 * give a child process without pipes.
 */
export async function startPiped(
  program: string,
  args: readonly string[],
): Promise<ChildProcessWithoutNullStreams> {
  const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'pipe'] });
  await once(child, 'spawn').catch((cause: Error) => {
    throw new EngineError('internal', `can't run ${program}: ${cause.message}`, { cause });
  });
  return child;
}

/** Whether something killed a program, for example the kernel because memory ran out. */
export function wasKilled(error: unknown): boolean {
  return error instanceof ProgramError && error.exitCode === null;
}

/** Whether a program was killed, or could not start for want of memory or descriptors. */
export function wasPrevented(error: unknown): boolean {
  return wasKilled(error) || isShortage(error);
}

/** How often to run a cleanup that something prevents, and milliseconds between the tries. */
const CLEANUPS = 3;
const PAUSE = 300;

/**
 * Runs a program that cleans up, and runs the program again if something else prevented it, for example
 * because memory ran out. The program must be idempotent.
 */
export function runCleanup(...program: Parameters<typeof run>): Promise<string> {
  const options = { tries: CLEANUPS, pause: PAUSE, isPassing: wasPrevented };
  return persistently(() => run(...program), options);
}

/** Kills a program that still runs, with its process group, and closes its pipes. */
function abandon(child: ChildProcess): void {
  if (child.pid !== undefined && child.exitCode === null && child.signalCode === null) {
    try {
      process.kill(-child.pid, 'SIGKILL');
    } catch (error) {
      // The program has just exited.
      if (!hasCode(error, 'ESRCH')) throw error;
    }
  }
  for (const pipe of child.stdio) pipe?.destroy();
}

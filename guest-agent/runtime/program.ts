import { spawn } from 'node:child_process';
import { EngineError } from '../errors.ts';

/** A program that ran and failed: `message` is the last line of what it said on stderr. */
export class ProgramError extends EngineError {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number | null;

  constructor(program: string, exitCode: number | null, stdout: string, stderr: string) {
    // Some say on stdout why they failed.
    const said = (stderr || stdout).trim().split('\n').at(-1);
    super('internal', `${program}: ${said || `exit status ${exitCode}`}`);
    this.name = 'ProgramError';
    this.stdout = stdout;
    this.stderr = stderr || stdout;
    this.exitCode = exitCode;
  }
}

/** Runs a program to its end and returns its stdout; rejects with ProgramError. */
export async function run(
  program: string,
  args: readonly string[],
  options: { input?: string; env?: Record<string, string>; cwd?: string } = {},
): Promise<string> {
  const child = spawn(program, args, {
    stdio: ['pipe', 'pipe', 'pipe'],
    ...(options.cwd !== undefined && { cwd: options.cwd }),
    ...(options.env && { env: { ...process.env, ...options.env } }),
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  // A program that ends without reading its input is judged by its exit status alone.
  child.stdin.on('error', () => {});
  child.stdin.end(options.input ?? '');
  const exitCode = await new Promise<number | null>((resolve, reject) => {
    child.on('error', (cause) =>
      reject(new EngineError('internal', `can't run ${program}: ${cause.message}`, { cause })),
    );
    child.on('close', resolve);
  });
  if (exitCode !== 0) throw new ProgramError(program, exitCode, stdout, stderr);
  return stdout;
}

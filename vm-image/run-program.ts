import { spawn } from 'node:child_process';

/**
 * Runs a program until it exits, and returns its output. If the program fails, the Error contains its
 * error output.
 */
export async function runProgram(
  command: string,
  args: readonly string[],
  options: { env?: NodeJS.ProcessEnv; cwd?: string } = {},
): Promise<Buffer> {
  const child = spawn(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
  const stdout: Buffer[] = [];
  const stderr: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on('error', (cause) => {
      reject(new Error(`${command} can't be started. Run build/setup to install it.`, { cause }));
    });
    child.on('close', resolve);
  });
  if (code !== 0) {
    const said = Buffer.concat(stderr).toString().trim().split('\n').slice(-30).join('\n');
    throw new Error(`${command} failed with code ${code}:\n${said}`);
  }
  return Buffer.concat(stdout);
}

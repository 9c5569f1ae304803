import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { missingSsh } from '../host/machine/ssh-command.ts';
import type { CliContext } from './context.ts';
import { ExitStatus } from './exit-code.ts';

/**
 * Runs a program of OpenSSH on this process's own terminal, whose signals reach the program
 * directly. If the program fails, the command ends with its exit code.
 */
export async function runOnTerminal(
  { signals }: CliContext,
  program: string,
  args: readonly string[],
): Promise<void> {
  const child = spawn(program, args, { stdio: 'inherit' });
  const ignore = () => {};
  signals.on('SIGINT', ignore);
  try {
    const [code] = await once(child, 'exit');
    if (code !== 0) throw new ExitStatus(typeof code === 'number' ? code : 1);
  } catch (cause) {
    if (cause instanceof ExitStatus) throw cause;
    throw missingSsh(program, cause);
  } finally {
    signals.off('SIGINT', ignore);
  }
}

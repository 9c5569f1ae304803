import type { CliContext } from '../context.ts';
import { ExitStatus, exitCodes } from '../exit-code.ts';

/** Throws ExitStatus if a command with a terminal is to read from something else. */
export function requireTerminal({ stdin }: CliContext, isWanted: boolean): void {
  if (isWanted && !stdin.isTTY) {
    throw new ExitStatus(exitCodes.failure, 'the input device is not a TTY');
  }
}

import { loggerOf } from '../host/base/log.ts';
import type { CliContext } from './context.ts';
import { commandName, endingOf, faultIn } from './exit-code.ts';
import { globalFlags } from './global-flags.ts';
import { createProgram } from './program.ts';

const log = loggerOf('cli');

/** Runs one command line (without `berth`), tells what went wrong, and answers the exit code. */
export async function runCli(context: CliContext, words: readonly string[]): Promise<number> {
  const { machine, rest } = globalFlags(words);
  const chosen = machine
    ? { ...context, host: (name: string = machine) => context.host(name) }
    : context;
  const program = await createProgram(chosen, rest);
  try {
    await program.command.parseAsync(program.words, { from: 'user' });
    return 0;
  } catch (error) {
    const fault = faultIn(error);
    if (fault !== undefined) log.warn(commandName(program.named), fault);
    const { exitCode, message } = endingOf(error, program.named);
    context.stderr.write(message);
    return exitCode;
  }
}

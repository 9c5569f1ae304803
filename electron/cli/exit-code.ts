import { type Command, CommanderError } from 'commander';
import { GrammarError } from '../../guest-agent/grammar/grammar-error.ts';
import { HostError } from '../host/base/errors.ts';
import { isLostConnection } from '../host/base/lost-connection.ts';

/** Exit codes that scripts rely on: those of `docker run`, chroot and the shell. */
export const exitCodes = {
  failure: 1,
  /** Berth or the engine failed, or a flag isn't valid: the container didn't run. */
  notRun: 125,
  notExecutable: 126,
  commandNotFound: 127,
  interrupted: 130,
  brokenPipe: 141,
} as const;

/** Ends the command with an exit code. Prints nothing if the message is empty. */
export class ExitStatus extends Error {
  readonly exitCode: number;

  constructor(exitCode: number, message = '', options?: { cause?: unknown }) {
    super(message, options);
    this.name = 'ExitStatus';
    this.exitCode = exitCode;
  }
}

/** The exit code of the process, and its last message on standard error (may be empty). */
export interface Ending {
  readonly exitCode: number;
  readonly message: string;
}

/**
 * The error that the log keeps of a failed command. Errors of the command line, and the engine's
 * answers to a request, stay out of the log: they may quote the variables and arguments of containers.
 */
export function faultIn(error: unknown): unknown {
  if (error instanceof ExitStatus)
    return error.cause === undefined ? undefined : faultIn(error.cause);
  if (error instanceof CommanderError || error instanceof GrammarError) return undefined;
  const isAnswer =
    error instanceof HostError && ['cancelled', 'invalid', 'engine'].includes(error.code);
  return isAnswer ? undefined : error;
}

const FLAG_ERRORS = new Set([
  'commander.unknownOption',
  'commander.optionMissingArgument',
  'commander.invalidArgument',
  'commander.conflictingOption',
]);

/** Turns the error that a command threw into an exit code and a message. */
export function endingOf(error: unknown, command: Command): Ending {
  if (error instanceof ExitStatus) {
    return { exitCode: error.exitCode, message: error.message && `berth: ${error.message}\n` };
  }
  if (error instanceof CommanderError) return usageEnding(error, command);
  const exitCode =
    error instanceof HostError && error.code === 'cancelled'
      ? exitCodes.interrupted
      : exitCodes.failure;
  return { exitCode, message: `berth: ${describe(error)}\n` };
}

function usageEnding(error: CommanderError, command: Command): Ending {
  // A group without a subcommand ends with 'help' after it lists its subcommands.
  if (error.exitCode === 0 || error.code === 'commander.help') return { exitCode: 0, message: '' };
  const name = commandName(command);
  const message = [
    `berth: ${usageReason(error, command)}`,
    `Usage: ${name} ${command.usage()}`,
    `Run '${name} --help' for more information\n`,
  ].join('\n\n');
  return {
    exitCode: FLAG_ERRORS.has(error.code) ? exitCodes.notRun : exitCodes.failure,
    message,
  };
}

function usageReason(error: CommanderError, command: Command): string {
  const { registeredArguments } = command;
  const count = (number: number) => `${number} argument${number === 1 ? '' : 's'}`;
  switch (error.code) {
    case 'commander.missingArgument': {
      const required = registeredArguments.filter(({ required }) => required).length;
      const open = registeredArguments.some(({ required, variadic }) => variadic || !required);
      return `'${commandName(command)}' requires ${open ? 'at least ' : ''}${count(required)}`;
    }
    case 'commander.excessArguments':
      return registeredArguments.length === 0
        ? `'${commandName(command)}' accepts no arguments`
        : `'${commandName(command)}' accepts at most ${count(registeredArguments.length)}`;
    default:
      return error.message
        .replace(/^error: /, '')
        .replace(/^unknown option '([^']*)'/, 'unknown flag: $1');
  }
}

/** The full name of a command: `berth container ls`. */
export function commandName(command: Command): string {
  return command.parent ? `${commandName(command.parent)} ${command.name()}` : command.name();
}

/**
 * What happened, then a line with what to do, then the last lines of the VM's console if the VM
 * didn't start.
 */
export function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (isLostConnection(error)) {
    return 'the connection to the engine was lost\nRun `berth machine status` to check the VM.';
  }
  const message = error.message || error.name;
  if (!(error instanceof HostError)) return message;
  return [message, ...(error.hint ? [error.hint] : []), ...error.console].join('\n');
}

/**
 * The exit code for a container or an exec that couldn't start. Depends on the runtime's message.
 */
export function startFailureCode(error: unknown, otherwise: number = exitCodes.notRun): number {
  const message = error instanceof Error ? error.message.toLowerCase() : '';
  if (/executable file not found|no such file or directory/.test(message)) {
    return exitCodes.commandNotFound;
  }
  return /permission denied|is a directory/.test(message) ? exitCodes.notExecutable : otherwise;
}

/** A failure before the container's command ran, with the exit code for it. */
export function notRun(error: unknown, exitCode: number = exitCodes.notRun): unknown {
  const isReported =
    error instanceof HostError ? error.code !== 'cancelled' : error instanceof GrammarError;
  if (!isReported) return error;
  return new ExitStatus(exitCode, describe(error), { cause: error });
}

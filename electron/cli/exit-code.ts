import { type Command, CommanderError } from 'commander';
import { GrammarError } from '../../guest-agent/grammar/grammar-error.ts';
import { HostError } from '../host/base/errors.ts';
import { isLostConnection } from '../host/base/lost-connection.ts';

/** Exit codes that mean something to scripts (those of `docker run`, chroot and the shell). */
export const exitCodes = {
  failure: 1,
  /** Berth or the engine failed, or a flag was wrong: the container did not run. */
  notRun: 125,
  notExecutable: 126,
  commandNotFound: 127,
  interrupted: 130,
  brokenPipe: 141,
} as const;

/** Ends the command with an exit code; says nothing more when it has no message. */
export class ExitStatus extends Error {
  readonly exitCode: number;

  constructor(exitCode: number, message = '', options?: { cause?: unknown }) {
    super(message, options);
    this.name = 'ExitStatus';
    this.exitCode = exitCode;
  }
}

/** What ends the process: its exit code, and what to write to standard error (may be empty). */
export interface Ending {
  readonly exitCode: number;
  readonly message: string;
}

/** What the log is to know of how a command ended; nothing of wrong flags, and of containers' exits. */
export function faultIn(error: unknown): unknown {
  if (error instanceof ExitStatus) return error.cause;
  const isCancelled = error instanceof HostError && error.code === 'cancelled';
  return error instanceof CommanderError || isCancelled ? undefined : error;
}

const FLAG_ERRORS = new Set([
  'commander.unknownOption',
  'commander.optionMissingArgument',
  'commander.invalidArgument',
  'commander.conflictingOption',
]);

/** Turns whatever a command threw into an exit code and a message. */
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
  // A group without a verb ends with 'help': it has shown its verbs.
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

/** The words that call a command: `berth container ls`. */
export function commandName(command: Command): string {
  return command.parent ? `${commandName(command.parent)} ${command.name()}` : command.name();
}

/**
 * What happened, a second line what to do about it, and the machine's last lines if it failed to
 * start.
 */
export function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (isLostConnection(error)) {
    return 'the connection to the engine was lost\nsee `berth machine status`';
  }
  const message = error.message || error.name;
  if (!(error instanceof HostError)) return message;
  return [message, ...(error.hint ? [error.hint] : []), ...error.console].join('\n');
}

/** The exit code for a container or an exec that could not be started, by the runtime's words. */
export function startFailureCode(error: unknown, otherwise: number = exitCodes.notRun): number {
  const message = error instanceof Error ? error.message.toLowerCase() : '';
  if (/executable file not found|no such file or directory/.test(message)) {
    return exitCodes.commandNotFound;
  }
  return /permission denied|is a directory/.test(message) ? exitCodes.notExecutable : otherwise;
}

/** A failure before the container's command ran, with the exit code that tells so. */
export function notRun(error: unknown, exitCode: number = exitCodes.notRun): unknown {
  const isTold =
    error instanceof HostError ? error.code !== 'cancelled' : error instanceof GrammarError;
  if (!isTold) return error;
  return new ExitStatus(exitCode, describe(error), { cause: error });
}

import { Command } from 'commander';
import { loggerOf, logTo } from '../host/base/log.ts';
import { fileLog } from '../host/base/log-file.ts';
import { surviveFaults } from '../host/base/process-faults.ts';
import { isSystemError } from '../host/base/system-error.ts';
import { berthHome, cliLogPath } from '../host/home/paths.ts';
import type { Host } from '../host/host.ts';
import type { Output } from './context.ts';
import { endingOf, exitCodes } from './exit-code.ts';
import { runCli } from './run-cli.ts';

const log = loggerOf('cli');

/** Runs this process's command line on its own streams and signals, and ends the process. */
export async function runProcess(
  createHost: (machine: string | undefined, onWaiting: (what: string) => void) => Promise<Host>,
): Promise<never> {
  for (const output of [process.stdout, process.stderr]) {
    output.on('error', (error: NodeJS.ErrnoException) => {
      // `berth ... | head`: the reader has closed the pipe.
      if (error.code === 'EPIPE') process.exit(exitCodes.brokenPipe);
      throw error;
    });
  }
  // Not before there is something to log: help needs no home directory.
  logTo((line) => {
    const path = logPath();
    if (path !== undefined) fileLog(path)(line);
  }, 'cli');
  endOnFault();
  const hosts = new Map<string | undefined, Promise<Host>>();
  const exitCode = await runCli(
    {
      host(machine) {
        const host =
          hosts.get(machine) ??
          createHost(machine, (what) => {
            process.stderr.write(`Waiting for ${what} to answer...\n`);
          });
        hosts.set(machine, host);
        return host;
      },
      stdin: process.stdin,
      stdout: process.stdout,
      stderr: process.stderr,
      env: process.env,
      signals: process,
      surviveFaults() {
        for (const event of FAULTS) process.off(event, endProcess);
        const stop = surviveFaults();
        return () => {
          stop();
          endOnFault();
        };
      },
    },
    process.argv.slice(2),
  );
  await Promise.all([flushed(process.stdout), flushed(process.stderr)]);
  // Open standard input would keep the process alive.
  process.exit(exitCode);
}

/** Undefined for a user who has no home directory, and so no place for a log. */
function logPath(): string | undefined {
  try {
    return cliLogPath(berthHome());
  } catch (error) {
    if (isSystemError(error)) return undefined;
    throw error;
  }
}

const FAULTS = ['uncaughtException', 'unhandledRejection'] as const;

/** An uncaught error ends the command like any other error: with one message and an exit code. */
function endOnFault(): void {
  for (const event of FAULTS) process.on(event, endProcess);
}

function endProcess(error: unknown): void {
  log.error('Uncaught', error);
  const { exitCode, message } = endingOf(error, new Command());
  process.stderr.write(message, () => process.exit(exitCode));
}

function flushed(output: Output): Promise<void> {
  return new Promise((resolve) => {
    output.write('', () => resolve());
  });
}

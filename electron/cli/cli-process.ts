import { Command } from 'commander';
import { loggerOf, logTo } from '../host/base/log.ts';
import { fileLog } from '../host/base/log-file.ts';
import { surviveFaults } from '../host/base/process-faults.ts';
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
      // `berth ... | head`: the reader has enough.
      if (error.code === 'EPIPE') process.exit(exitCodes.brokenPipe);
      throw error;
    });
  }
  // Not before there is something to log: help needs no home directory.
  logTo((line) => fileLog(cliLogPath(berthHome()))(line), 'cli');
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
  // Standard input that still could bring something would keep the process alive.
  process.exit(exitCode);
}

const FAULTS = ['uncaughtException', 'unhandledRejection'] as const;

/** An error that nobody waited for ends the command as any other does: one message, its exit code. */
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

import type { Readable, Writable } from 'node:stream';
import type { Host } from '../host/host.ts';

/** Standard input: a terminal, a pipe or a file. */
export interface Input extends Readable {
  readonly isTTY?: boolean;
  setRawMode?(raw: boolean): unknown;
}

/** Standard output or error. A terminal has `columns` and `rows`, and emits 'resize'. */
export interface Output extends Writable {
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
}

/** The source of signals to this process: `process`, or an event emitter in tests. */
export interface SignalSource {
  on(signal: NodeJS.Signals, listener: () => void): unknown;
  off(signal: NodeJS.Signals, listener: () => void): unknown;
}

/** Everything that a command may use from outside, so that tests can run commands in-process. */
export interface CliContext {
  /**
   * The host of the named VM. The default is the VM from the command line, the environment or the
   * user's choice. Created on first use: help and usage errors need no host. Rejects with HostError
   * 'invalid' if the VM doesn't exist.
   */
  host(machine?: string): Promise<Host>;
  readonly stdin: Input;
  readonly stdout: Output;
  readonly stderr: Output;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly signals: SignalSource;
  /** Whether the command only tells what it would do. */
  isDryRun?(): boolean;
  /**
   * Until you call the result, an uncaught error doesn't end the process, but goes to the log.
   * Absent in tests.
   */
  surviveFaults?(): () => void;
}

/** A line on standard output. */
export function printLine(context: CliContext, line: string): void {
  context.stdout.write(`${line}\n`);
}

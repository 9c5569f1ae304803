import type { Readable, Writable } from 'node:stream';
import type { Host } from '../host/host.ts';

/** Standard input: a terminal, a pipe or a file. */
export interface Input extends Readable {
  readonly isTTY?: boolean;
  setRawMode?(raw: boolean): unknown;
}

/** Standard output or error. `columns` and `rows` are there, and 'resize' comes, on a terminal. */
export interface Output extends Writable {
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
}

/** Where signals to this process are heard: `process`, or an event emitter in tests. */
export interface SignalSource {
  on(signal: NodeJS.Signals, listener: () => void): unknown;
  off(signal: NodeJS.Signals, listener: () => void): unknown;
}

/** All that a command may touch, so that tests can run commands in-process. */
export interface CliContext {
  /**
   * Of the machine named, else of the one that the command line, the environment or the user's
   * choice says. Made on first use: help and usage errors need no host. Rejects with HostError
   * 'invalid' when there is no such machine.
   */
  host(machine?: string): Promise<Host>;
  readonly stdin: Input;
  readonly stdout: Output;
  readonly stderr: Output;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly signals: SignalSource;
  /**
   * Until the result is called, an error that escapes does not end the process; it goes to the log.
   * Absent in tests.
   */
  surviveFaults?(): () => void;
}

/** A line on standard output. */
export function printLine(context: CliContext, line: string): void {
  context.stdout.write(`${line}\n`);
}

import { appendFileSync, renameSync, statSync } from 'node:fs';
import { HostError } from './errors.ts';
import { isLostConnection } from './lost-connection.ts';

/*
 * The log of this process. A supervisor's standard error is its log file; the app has a file of its
 * own. The command line logs nothing: what goes wrong there is the command's error.
 */

/** Where lines go; each ends without a line break. */
export type LogSink = (line: string) => void;

const largestLog = 1024 * 1024;

let sink: LogSink = (line) => console.error(line);

/** From now on, this process logs there. Answers where it logged before. */
export function logTo(next: LogSink): LogSink {
  const before = sink;
  sink = next;
  return before;
}

export function log(text: string): void {
  sink(`${new Date().toISOString()} ${text}`);
}

/** What went wrong where; with the stack, unless the error is one that Berth expects. */
export function logError(what: string, error: unknown): void {
  log(`${what}: ${wordsOf(error)}`);
}

function wordsOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const isExpected =
    error instanceof HostError ||
    isLostConnection(error) ||
    'syscall' in error ||
    error.name === 'AbortError';
  return isExpected ? error.message : (error.stack ?? error.message);
}

/**
 * Appends to a file that only its owner may read. A large one becomes `FILE.1` first, in place of an
 * older one. If the file can't be written, the line is lost and the caller goes on.
 */
export function fileLog(path: string): LogSink {
  return (line) => {
    try {
      if ((statSync(path, { throwIfNoEntry: false })?.size ?? 0) > largestLog) {
        renameSync(path, `${path}.1`);
      }
      appendFileSync(path, `${line}\n`, { mode: 0o600 });
    } catch {
      // There is nowhere left to say it.
    }
  };
}

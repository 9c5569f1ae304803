import { appendFileSync, renameSync, statSync } from 'node:fs';
import { HostError } from './errors.ts';
import { isLostConnection } from './lost-connection.ts';

/**
 * The log of this process. The background process logs to standard error, which is its log file;
 * the app has a log file of its own. The command line logs nothing, because it prints its errors.
 */

/** Receives log lines without line breaks. */
export type LogSink = (line: string) => void;

const largestLog = 1024 * 1024;

let sink: LogSink = (line) => console.error(line);

/** Sets this process's log sink and returns the previous one. */
export function logTo(next: LogSink): LogSink {
  const before = sink;
  sink = next;
  return before;
}

export function log(text: string): void {
  sink(`${new Date().toISOString()} ${text}`);
}

/** Logs an error with its context, and with its stack unless Berth expects the error. */
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
 * Appends to a file that only its owner may read. When the file is large, it is first renamed to
 * `FILE.1`, which replaces an older one. If writing fails, the line is lost but the caller
 * continues.
 */
export function fileLog(path: string): LogSink {
  return (line) => {
    try {
      if ((statSync(path, { throwIfNoEntry: false })?.size ?? 0) > largestLog) {
        renameSync(path, `${path}.1`);
      }
      appendFileSync(path, `${line}\n`, { mode: 0o600 });
    } catch {
      // There is nowhere left to report a failure of the log.
    }
  };
}

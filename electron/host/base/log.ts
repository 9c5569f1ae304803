import { inspect } from 'node:util';
import { HostError } from './errors.ts';
import { isLostConnection } from './lost-connection.ts';
import { codeOf } from './system-error.ts';

/**
 * The log of this process, for developers and bug reports: users don't see it. log-file.ts writes
 * the lines to files.
 */

/** From most to least severe. */
const levels = ['error', 'warn', 'info', 'debug'] as const;
export type LogLevel = (typeof levels)[number];

/** Receives log lines without line breaks. */
export type LogSink = (line: string) => void;

let sink: LogSink | undefined;
let processName = 'berth';

/** Sets this process's log sink and name; returns a function that restores the previous ones. */
export function logTo(next: LogSink, name = 'berth'): () => void {
  const [sinkBefore, nameBefore] = [sink, processName];
  sink = next;
  processName = name;
  return () => {
    sink = sinkBefore;
    processName = nameBefore;
  };
}

/**
 * The log of one part of Berth. An `error` is shortened to its message if Berth expects errors
 * of its kind. A programming error is logged with its stack and as `error`, whatever the level: no
 * catch hides a bug.
 */
export interface Logger {
  /** Something doesn't work and won't recover. */
  error(text: string, error?: unknown): void;
  /** Something went wrong, and Berth retries or continues without. */
  warn(text: string, error?: unknown): void;
  info(text: string, error?: unknown): void;
  /** Failures that are part of normal operation, such as a command to a VM that is going down. */
  debug(text: string, error?: unknown): void;
  /** For work that may fail without consequences: logs why, and resolves to undefined. */
  attempt<T>(text: string, work: Promise<T>, level?: LogLevel): Promise<T | undefined>;
}

/** The log of a part, such as `ports`. */
export function loggerOf(part: string): Logger {
  const at = (level: LogLevel) => (text: string, error?: unknown) => {
    const reason = error === undefined ? '' : `: ${wordsOf(error)}`;
    write(isBug(error) ? 'error' : level, `${part}: ${text}${reason}`);
  };
  const logger = { error: at('error'), warn: at('warn'), info: at('info'), debug: at('debug') };
  return {
    ...logger,
    attempt: async (text, work, level = 'debug') => {
      try {
        return await work;
      } catch (error) {
        logger[level](text, error);
        return undefined;
      }
    },
  };
}

function write(level: LogLevel, text: string): void {
  if (levels.indexOf(level) > levels.indexOf(chosenLevel())) return;
  const line = text
    .split('\n')
    .map((each) => each.trim())
    .filter((each) => each !== '')
    .join(' | ');
  const entry = `${new Date().toISOString()} ${level} ${processName}[${process.pid}] ${line}`;
  if (sink) sink(entry);
  // A process that hasn't said where it logs: a test.
  else if (level === 'error') console.error(entry);
}

/** `BERTH_LOG`, or `info`. */
function chosenLevel(): LogLevel {
  return levels.find((level) => level === process.env.BERTH_LOG) ?? 'info';
}

/** Errors with a code come from the system or Node. */
function isBug(error: unknown): boolean {
  const kinds = [TypeError, ReferenceError, RangeError];
  const isAnswer = ![undefined, 'ERR_INVALID_ARG_TYPE'].includes(codeOf(error));
  // `fetch` throws a TypeError if it can't connect.
  const isFetch = error instanceof TypeError && error.cause !== undefined;
  return kinds.some((kind) => error instanceof kind) && !isAnswer && !isFetch;
}

/** Causes of causes may lead in a circle. */
const mostCauses = 5;

function wordsOf(error: unknown, causes = mostCauses): string {
  if (!(error instanceof Error)) return typeof error === 'string' ? error : inspect(error);
  const words = isExpected(error) ? error.message : (error.stack ?? error.message);
  if (error.cause === undefined || causes === 0) return words;
  return `${words} (${wordsOf(error.cause, causes - 1)})`;
}

const isExpected = (error: Error) =>
  error instanceof HostError ||
  error instanceof SyntaxError ||
  isLostConnection(error) ||
  'syscall' in error ||
  ['AbortError', 'TimeoutError', 'ZodError'].includes(error.name);

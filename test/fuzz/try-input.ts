import { writeFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { isTyped, Mismatch, type Target } from './target.ts';

/** The limits of a case. */
export const LIMITS = { milliseconds: 100, bytes: 64 << 20, settleMs: 10_000 };
/** A case over a limit runs again: a collection of garbage or a compilation isn't its fault. */
const REPEATS = 3;

/** What a case came to. */
export interface Outcome {
  readonly kind: 'accepted' | 'refused' | 'failed';
  /** The time of the processor that the thread used. */
  readonly milliseconds: number;
  /** How much more memory the process had at its peak. */
  readonly bytes: number;
  readonly failure?: Failure;
}

export interface Failure {
  /** The same for failures with the same cause, as far as one can tell. */
  readonly signature: string;
  readonly message: string;
}

/** Failures outside of a case's own promise: Node reports them for the process. */
export const strayErrors: unknown[] = [];

setFlagsFromString('--expose-gc');
const collectGarbage: () => void = runInNewContext('gc');

/**
 * Reads an input, and judges the result: an answer or a typed error, in time, without much memory.
 * `slack` multiplies the time, for processors that others use too.
 */
export async function tryInput(
  target: Target,
  input: Buffer,
  { slack = 1 }: { slack?: number } = {},
): Promise<Outcome> {
  const mostMs = LIMITS.milliseconds * slack;
  const isOverLimit = ({ milliseconds, bytes }: Outcome) =>
    milliseconds > mostMs || bytes > LIMITS.bytes;
  let outcome = await measure(target, input);
  for (let left = REPEATS; left > 0 && isOverLimit(outcome); left--) {
    collectGarbage();
    const again = await measure(target, input);
    outcome = {
      ...again,
      milliseconds: Math.min(outcome.milliseconds, again.milliseconds),
      bytes: Math.min(outcome.bytes, again.bytes),
    };
  }
  if (outcome.failure || !isOverLimit(outcome)) return outcome;
  const { milliseconds, bytes } = outcome;
  const isSlow = milliseconds > mostMs;
  const failure = isSlow
    ? {
        signature: 'slow',
        message: `took ${Math.round(milliseconds)} ms for ${input.length} bytes`,
      }
    : { signature: 'memory', message: `took ${mebibytes(bytes)} MiB for ${input.length} bytes` };
  return { ...outcome, kind: 'failed', failure };
}

export const mebibytes = (bytes: number) => Math.round(bytes / (1 << 20));

async function measure({ read, expects }: Target, input: Buffer): Promise<Outcome> {
  const before = process.memoryUsage.rss();
  forgetPeak();
  const start = process.threadCpuUsage();
  const settled = await settle(() => read(input));
  const { user, system } = process.threadCpuUsage(start);
  const bytes = Math.max(0, process.resourceUsage().maxRSS * 1024 - before);
  const used = { milliseconds: (user + system) / 1000, bytes };
  const stray = strayErrors.splice(0);
  if (stray.length > 0) return { ...used, kind: 'failed', failure: failureOf(stray[0], 'stray ') };
  if (settled === undefined) return { ...used, kind: 'accepted' };
  if (isTyped(settled.error) || expects?.(settled.error)) return { ...used, kind: 'refused' };
  return { ...used, kind: 'failed', failure: failureOf(settled.error) };
}

/** Returns the error. Most targets are synchronous, and need no timer. */
async function settle(read: () => unknown): Promise<{ error: unknown } | undefined> {
  try {
    const result = read();
    if (!(result instanceof Promise)) return undefined;
    const timer = new AbortController();
    const late = delay(LIMITS.settleMs, undefined, { signal: timer.signal }).then(
      () => {
        throw new Error('never ends');
      },
      () => undefined,
    );
    await Promise.race([result, late]).finally(() => timer.abort());
    return undefined;
  } catch (error) {
    return { error };
  }
}

/** Sets the peak of the process's memory back to what it has now (Linux's proc_pid_clear_refs(5)). */
function forgetPeak(): void {
  writeFileSync('/proc/self/clear_refs', '5');
}

function failureOf(error: unknown, prefix = ''): Failure {
  if (error instanceof Mismatch && error.cause !== undefined) {
    return failureOf(error.cause, `${error.message}: `);
  }
  if (error instanceof Mismatch) {
    return { signature: error.message.replace(/\d+/g, '').slice(0, 60), message: error.message };
  }
  if (!(error instanceof Error)) return { signature: `${prefix}${error}`, message: String(error) };
  const lines = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  const own =
    lines.find((line) => /\/(?:guest-agent|electron|test)\//.test(line)) ?? lines[0] ?? '';
  const place = /([\w-]+\.ts)[^:]*:(\d+)/.exec(own)?.slice(1).join(':') ?? '';
  return {
    signature: `${prefix}${error.name} ${place}`,
    message: `${prefix}${error.name}: ${error.message.slice(0, 300)}\n${lines.slice(0, 8).join('\n')}`,
  };
}

import { setTimeout as sleep } from 'node:timers/promises';
import { awakeFor } from '../../base/awake-time.ts';
import { loggerOf } from '../../base/log.ts';

const log = loggerOf('engine');

/** How long a caller waits for a silent engine, in milliseconds. */
export interface Patience {
  /** Before the client pings the engine; most calls are answered by then. */
  readonly askMs: number;
  /** After that, before the user sees why the command waits. */
  readonly tellMs: number;
  /** After that, before the call fails. */
  readonly giveUpMs: number;
}

/** Longer than the VM needs to notice and restart a stuck engine. */
export const usualPatience: Patience = { askMs: 2_000, tellMs: 1_000, giveUpMs: 43_000 };
const askAgainMs = 500;

/**
 * Resolves when the engine has been silent for too long, including to `ping`. Slow calls don't
 * count while the engine answers pings. Calls `onSilent` each time that the engine stops answering.
 * Rejects when `signal` aborts.
 */
export async function untilSilent(
  ping: (signal: AbortSignal) => Promise<boolean>,
  onSilent: () => void,
  { askMs, tellMs, giveUpMs }: Patience,
  signal: AbortSignal,
): Promise<void> {
  for (;;) {
    await awakeFor(askMs, signal);
    const answered = new AbortController();
    const asking = AbortSignal.any([signal, answered.signal]);
    const answer = untilAnswered(ping, asking);
    const silence = awakeFor(giveUpMs, asking);
    const telling = awakeFor(tellMs, asking).then(onSilent);
    // They end together, so the others' errors mean nothing.
    for (const each of [answer, silence, telling]) {
      void log.attempt('Waiting for an answer', each);
    }
    try {
      const isSilent = silence.then(() => true);
      if (await Promise.race([answer.then(() => false), isSilent])) return;
    } finally {
      answered.abort();
    }
  }
}

async function untilAnswered(
  ping: (signal: AbortSignal) => Promise<boolean>,
  signal: AbortSignal,
): Promise<void> {
  while (!(await ping(signal))) await sleep(askAgainMs, undefined, { signal, ref: false });
}

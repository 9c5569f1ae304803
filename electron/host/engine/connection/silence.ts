import { setTimeout as sleep } from 'node:timers/promises';
import { awakeFor } from '../../base/awake-time.ts';
import { loggerOf } from '../../base/log.ts';

const log = loggerOf('engine');

/** How long a caller waits for an engine that says nothing, in milliseconds. */
export interface Patience {
  /** Until the engine is asked whether it is there: most calls are answered by then. */
  readonly askMs: number;
  /** From then on, until the user is told what the command waits for. */
  readonly tellMs: number;
  /** From then on, until the call is given up. */
  readonly giveUpMs: number;
}

/** Longer than the guest takes to notice a stuck engine and to restart it. */
export const usualPatience: Patience = { askMs: 2_000, tellMs: 1_000, giveUpMs: 43_000 };
const askAgainMs = 500;

/**
 * Resolves when the engine has been silent for too long: it answers no `ping` either. A call that
 * takes long while the engine is well is none of its business. `onSilent` is called each time that
 * it begins to look bad. Rejects when `signal` aborts.
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
    // They end together: what the others throw then says nothing.
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

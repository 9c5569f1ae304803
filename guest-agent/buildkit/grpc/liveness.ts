import { setTimeout as delay, setImmediate as nextTurn } from 'node:timers/promises';

/** How often a peer is asked whether it still answers, and for how long its silence is accepted. */
export interface LivenessTimes {
  readonly intervalMs: number;
  readonly timeoutMs: number;
  /** The number of questions in a row without an answer after which the peer counts as gone. */
  readonly failures: number;
}

/** BuildKit's own times. They find a peer that has vanished in less than a minute. */
export const livenessTimes: LivenessTimes = { intervalMs: 5_000, timeoutMs: 15_000, failures: 2 };

/** A build's session fails first, so that a client that comes back reads why its build ended. */
export const connectionTimes: LivenessTimes = { ...livenessTimes, failures: 3 };

/**
 * Asks a peer again and again whether it still answers. Resolves to true when the peer has been
 * silent for too long, and to false when the signal aborts. A peer that needs longer each time, over
 * a slow connection, gets more time. `ask` resolves with any answer, and rejects without one.
 */
export async function fallsSilent(
  ask: (signal: AbortSignal) => Promise<unknown>,
  { intervalMs, timeoutMs, failures }: LivenessTimes,
  signal: AbortSignal,
): Promise<boolean> {
  let silent = 0;
  let lastMs = 0;
  while (silent < failures) {
    await delay(intervalMs, undefined, { signal, ref: false }).catch(() => {});
    if (signal.aborted) return false;
    const asked = performance.now();
    silent = (await answers(ask, Math.max(timeoutMs, lastMs * 1.5), signal)) ? 0 : silent + 1;
    lastMs = performance.now() - asked;
  }
  return !signal.aborted;
}

async function answers(
  ask: (signal: AbortSignal) => Promise<unknown>,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<boolean> {
  const over = new AbortController();
  const limited = AbortSignal.any([signal, over.signal]);
  const answer = ask(limited).then(
    () => true,
    () => false,
  );
  const timeout = delay(timeoutMs, false, { signal: limited, ref: false })
    // The engine itself may have been busy, with the answer unread.
    .then(() => nextTurn(false))
    .catch(() => false);
  try {
    return await Promise.race([answer, timeout]);
  } finally {
    over.abort();
  }
}

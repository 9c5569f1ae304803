import type { Change } from '../../../guest-agent/contract/changes.ts';

/** A change, with the time of it in place of its age: `Date.now()`. */
export type TimedChange = Omit<Change, 'age'> & { readonly at: number };

/** A change alone is told at once, and of the next ones those of this time together. */
const SHORTEST_MS = 30;
const LONGEST_MS = 1_000;
const MS_PER_CHANGE = 10;

/**
 * Passes changes on in batches: the more there are, the longer the next one is waited for. Each batch
 * costs the guest a message over the connection, which it has to decrypt.
 */
export function batchChanges(send: (changes: Change[]) => void): (change: TimedChange) => void {
  let batch: TimedChange[] = [];
  let isWaiting = false;
  const flush = () => {
    isWaiting = batch.length > 0;
    if (!isWaiting) return;
    const now = Date.now();
    const pause = Math.min(LONGEST_MS, Math.max(SHORTEST_MS, batch.length * MS_PER_CHANGE));
    send(batch.map(({ at, ...change }) => ({ ...change, age: Math.max(0, now - at) })));
    batch = [];
    setTimeout(flush, pause).unref();
  };
  return (change) => {
    batch.push(change);
    if (!isWaiting) flush();
  };
}

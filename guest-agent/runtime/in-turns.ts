import { setImmediate } from 'node:timers/promises';

/** Milliseconds of work in one turn of the event loop. */
const TURN_MS = 20;

/** Does the work for each item, and lets the engine do other work after some of them. */
export async function inTurns<Item>(
  items: Iterable<Item>,
  work: (item: Item) => void,
): Promise<void> {
  let begun = performance.now();
  for (const item of items) {
    work(item);
    if (performance.now() - begun < TURN_MS) continue;
    await setImmediate();
    begun = performance.now();
  }
}

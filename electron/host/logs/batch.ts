import { setTimeout as delay } from 'node:timers/promises';
import type { LogLine } from '../../api/logs.ts';
import { awaitedElsewhere } from '../base/awaited-elsewhere.ts';
import type { Credit } from '../base/credit.ts';
import type { FollowedPiece } from './follow.ts';

/** The app's frame time, in milliseconds. */
const FRAME = 16;
/** The number of lines that are sent without waiting for the next frame. */
const FULL = 4000;

/**
 * Groups items into batches, at most one per frame. Reads only while there is credit, so that a
 * flood of output waits in the container and not in memory.
 */
export async function* batchPieces(
  pieces: AsyncIterable<FollowedPiece>,
  credit: Credit,
  signal: AbortSignal,
): AsyncGenerator<FollowedPiece, void, undefined> {
  let lines: LogLine[] = [];
  let unfinished: readonly LogLine[] = [];
  let filled = Promise.withResolvers<void>();
  let full = Promise.withResolvers<void>();
  let caughtUp = false;
  let changed = false;
  let over = false;

  const gather = async () => {
    for await (const piece of pieces) {
      for (const line of piece.lines) lines.push(line);
      ({ unfinished, caughtUp } = piece);
      changed = true;
      filled.resolve();
      if (lines.length >= FULL) full.resolve();
      credit.spend(sizeOf(piece.lines));
      await credit.available(signal);
    }
  };
  const gathering = gather().finally(() => {
    over = true;
    filled.resolve();
    full.resolve();
  });
  awaitedElsewhere(gathering); // Thrown below, after the preceding items.

  while (!over || changed) {
    await filled.promise;
    await Promise.race([full.promise, delay(FRAME)]);
    if (!changed) continue;
    const batch = { lines, unfinished, caughtUp };
    lines = [];
    changed = false;
    if (!over) {
      filled = Promise.withResolvers();
      full = Promise.withResolvers();
    }
    yield batch;
  }
  await gathering;
}

/** The credit that the app returns for lines it has processed, in characters. */
export const sizeOf = (lines: readonly LogLine[]) =>
  lines.reduce((sum, { text }) => sum + text.length + 1, 0);

import type { LogRange } from '../../api/logs.ts';
import type { EngineClient } from '../engine/connection/client.ts';
import { type LogPiece, readLog } from './read.ts';

/** What came with one piece of a log that is followed. */
export interface FollowedPiece extends LogPiece {
  /** All that was in the log when it was opened has come with this piece, or before it. */
  readonly caughtUp: boolean;
}

/**
 * Follows a container's log. The engine doesn't tell where what was written before ends and what
 * is written now begins: its last line is asked for first, and looked out for.
 */
export async function* followLog(
  client: EngineClient,
  container: string,
  range: LogRange,
  signal: AbortSignal,
): AsyncGenerator<FollowedPiece, void, undefined> {
  // Without earlier lines there is nothing to look for, and what is written meanwhile isn't missed.
  const last =
    range.tail === 0 ? undefined : await timeOfLastLine(client, container, range, signal);
  let caughtUp = last === undefined;
  if (caughtUp) yield { lines: [], unfinished: [], caughtUp };
  for await (const piece of readLog(client, container, { ...range, follow: true }, signal)) {
    const { lines, unfinished } = piece;
    caughtUp ||= last === undefined || [...lines, ...unfinished].some(({ at }) => at >= last);
    yield { ...piece, caughtUp };
  }
}

/** When the last line was written; undefined when there is none in the range. */
async function timeOfLastLine(
  client: EngineClient,
  container: string,
  range: LogRange,
  signal: AbortSignal,
): Promise<string | undefined> {
  const only = { ...range, tail: Math.min(range.tail ?? 1, 1), follow: false };
  let time: string | undefined;
  for await (const { lines, unfinished } of readLog(client, container, only, signal)) {
    time ??= [...lines, ...unfinished][0]?.at;
  }
  return time;
}

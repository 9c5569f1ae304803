import type { LogRange } from '../../api/logs.ts';
import type { EngineClient } from '../engine/connection/client.ts';
import { type LogPiece, readLog } from './read.ts';

/** One chunk of a followed log. */
export interface FollowedPiece extends LogPiece {
  /** The log's existing content has arrived with this or an earlier chunk. */
  readonly caughtUp: boolean;
}

/**
 * Follows a container's log. The engine doesn't mark where the existing log ends and new output
 * begins, so this reads the last line first and looks for it.
 */
export async function* followLog(
  client: EngineClient,
  container: string,
  range: LogRange,
  signal: AbortSignal,
): AsyncGenerator<FollowedPiece, void, undefined> {
  // Without earlier lines, there is nothing to look for, and no new output is missed.
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

/** The time of the last line; undefined if the range has none. */
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

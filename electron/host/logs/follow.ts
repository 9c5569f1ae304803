import type { LogLine, LogRange } from '../../api/logs.ts';
import type { EngineClient } from '../engine/connection/client.ts';
import { type LogPiece, readLog } from './read.ts';

/** One chunk of a followed log. */
export interface FollowedPiece extends LogPiece {
  /** The log's existing content has arrived with this or an earlier chunk. */
  readonly caughtUp: boolean;
}

/**
 * Follows a container's log. The engine doesn't say where the earlier lines end and new lines begin,
 * so this asks for the last lines first, and looks for them in the log.
 */
export async function* followLog(
  client: EngineClient,
  container: string,
  range: LogRange,
  signal: AbortSignal,
): AsyncGenerator<FollowedPiece, void, undefined> {
  // Without earlier lines, there is nothing to look for, and no new output is missed.
  const last = range.tail === 0 ? undefined : await lastLines(client, container, range, signal);
  let caughtUp = last === undefined;
  let seen = 0;
  if (caughtUp) yield { lines: [], unfinished: [], caughtUp };
  for await (const piece of readLog(client, container, { ...range, follow: true }, signal)) {
    if (!caughtUp && last !== undefined) {
      const { lines, unfinished } = piece;
      seen += writtenAt(last.at, lines);
      const isWhole = seen >= last.finished;
      caughtUp =
        (isWhole && seen + writtenAt(last.at, unfinished) >= last.finished + last.unfinished) ||
        [...lines, ...unfinished].some(({ at }) => at > last.at);
    }
    yield { ...piece, caughtUp };
  }
}

/** The end of a log: the time of the last line, and how many lines have that time. */
interface LastLines {
  readonly at: string;
  readonly finished: number;
  readonly unfinished: number;
}

/** Enough for most writes of a container; their lines share a time. */
const FIRST_LOOK = 64;

/** The last lines in the range; undefined when there are none. */
async function lastLines(
  client: EngineClient,
  container: string,
  range: LogRange,
  signal: AbortSignal,
): Promise<LastLines | undefined> {
  const { tail: most = Number.POSITIVE_INFINITY } = range;
  for (let tail = FIRST_LOOK; ; tail *= 16) {
    const lines: LogLine[] = [];
    let unfinished: readonly LogLine[] = [];
    const end = { ...range, tail: Math.min(tail, most), follow: false };
    for await (const piece of readLog(client, container, end, signal)) {
      lines.push(...piece.lines);
      unfinished = piece.unfinished;
    }
    const all = [...lines, ...unfinished];
    const times = all.map(({ at }) => at);
    const at = times.toSorted().at(-1) ?? '';
    if (at === '') return undefined;
    // The time of the first line differs, or there is no line before it.
    if (times[0] !== at || all.length < tail || tail >= most) {
      return { at, finished: writtenAt(at, lines), unfinished: writtenAt(at, unfinished) };
    }
  }
}

const writtenAt = (time: string, lines: readonly LogLine[]): number =>
  lines.filter(({ at }) => at === time).length;

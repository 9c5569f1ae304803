import type { LogLine, LogRange } from '../../api/logs.ts';
import type { EngineClient } from '../engine/connection/client.ts';
import { type FramePiece, readFrames } from '../engine/connection/stream-frames.ts';
import { containerLogs } from '../engine/logs.ts';
import { LineSplitter } from './lines.ts';

/** One chunk of the log. */
export interface LogPiece {
  readonly lines: readonly LogLine[];
  /** The state at this moment. */
  readonly unfinished: readonly LogLine[];
}

/** Reads a container's log in chunks, only as fast as the caller takes them. */
export async function* readLog(
  client: EngineClient,
  container: string,
  range: LogRange & { follow: boolean; until?: string | undefined },
  signal: AbortSignal,
): AsyncGenerator<LogPiece, void, undefined> {
  const { tail, since, until, follow } = range;
  const { body, raw } = await containerLogs(client, container, {
    follow,
    timestamps: true,
    tail: tail === undefined ? 'all' : String(tail),
    ...(since === undefined ? {} : { since: String(Date.parse(since) / 1000) }),
    ...(until === undefined ? {} : { until: String(Date.parse(until) / 1000) }),
    signal,
  });
  const splitter = new LineSplitter();
  const pieces: AsyncIterable<FramePiece> = raw ? asFrames(body) : readFrames(body);
  for await (const { stream, data } of pieces) {
    const lines = splitter.add(stream, data);
    yield { lines, unfinished: splitter.unfinished() };
  }
}

async function* asFrames(source: AsyncIterable<Buffer>): AsyncGenerator<FramePiece> {
  for await (const data of source) yield { stream: 'stdout', data };
}

import { type FSWatcher, watch } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { openLogFiles, openSuccessor } from './log-rotation.ts';

/** One line that a container wrote, or a piece of one (`partial`) where it didn't end in time. */
export interface LogLine {
  readonly stream: 'stdout' | 'stderr';
  /** RFC 3339 with nanoseconds, in UTC as `Z`. */
  readonly time: string;
  /** With its newline, unless partial. */
  readonly data: Buffer;
  readonly partial: boolean;
}

export interface LogQuery {
  /** The last so many lines; all when undefined. */
  readonly tail?: number;
  /** Nanoseconds since the epoch, inclusive. */
  readonly since?: bigint;
  readonly until?: bigint;
  /** Goes on with what comes, until `ended` resolves and the rest is read. */
  readonly follow?: { readonly ended: Promise<void> };
  readonly signal: AbortSignal;
}

const CHUNK = 64 * 1024;
const NEWLINE = 0x0a;

/**
 * Reads the log that conmon writes in the Kubernetes form: `TIME STREAM TAG TEXT`, where the tag is
 * F for a full line and P for a partial one. Bytes are passed on as they are. Older pieces of a log
 * that is rotated come first.
 */
export async function* readLog(path: string, query: LogQuery): AsyncGenerator<LogLine> {
  const files = await openLogFiles(path);
  const newest = files.at(-1);
  if (!newest) return;
  try {
    for await (const line of selectedLines(path, files, newest, query)) {
      query.signal.throwIfAborted();
      const parsed = parseLine(line);
      if (!parsed) continue;
      const time =
        query.since !== undefined || query.until !== undefined ? nanoseconds(parsed.time) : 0n;
      if (query.since !== undefined && time < query.since) continue;
      if (query.until !== undefined && time > query.until) return;
      yield parsed;
    }
  } finally {
    await Promise.all(files.map((file) => file.close()));
  }
}

/** The lines from where the query's tail begins. */
async function* selectedLines(
  path: string,
  files: readonly FileHandle[],
  newest: FileHandle,
  { tail, follow: end, signal }: LogQuery,
): AsyncGenerator<Buffer> {
  const starts = files.map(() => 0);
  const seen = new Set<string>();
  let wanted = tail;
  for (let index = files.length - 1; wanted !== undefined && index >= 0; index--) {
    const file = files[index];
    const last = file && (await offsetOfLast(file, wanted, seen));
    starts[index] = last?.offset ?? 0;
    wanted -= last?.lines ?? 0;
  }
  for (const [index, file] of files.slice(0, -1).entries())
    yield* readLines(file, starts[index] ?? 0);
  const start = starts.at(-1) ?? 0;
  yield* end ? follow(newest, path, start, end.ended, signal) : readLines(newest, start);
}

/** Whole lines from an offset to the end of the file, without their newline. */
async function* readLines(
  file: FileHandle,
  start: number,
  reached: (offset: number) => void = () => {},
): AsyncGenerator<Buffer> {
  let offset = start;
  let rest = Buffer.alloc(0);
  const chunk = Buffer.alloc(CHUNK);
  while (true) {
    const { bytesRead } = await file.read(chunk, 0, CHUNK, offset);
    if (bytesRead === 0) return;
    offset += bytesRead;
    let buffer = Buffer.concat([rest, chunk.subarray(0, bytesRead)]);
    for (let end = buffer.indexOf(NEWLINE); end >= 0; end = buffer.indexOf(NEWLINE)) {
      yield Buffer.from(buffer.subarray(0, end));
      buffer = buffer.subarray(end + 1);
      reached(offset - buffer.length);
    }
    rest = buffer;
  }
}

async function* follow(
  first: FileHandle,
  path: string,
  start: number,
  ended: Promise<void>,
  signal: AbortSignal,
): AsyncGenerator<Buffer> {
  const changes = new Changes(path, ended, signal);
  let file = first;
  let next: FileHandle | undefined;
  try {
    let offset = start;
    while (true) {
      // Looked at before reading: what is written after the end was known is still read, and a file
      // that another has followed is whole.
      const last = changes.done;
      changes.reset();
      next = await openSuccessor(path, file);
      yield* readLines(file, offset, (reached) => {
        offset = reached;
      });
      if (next) {
        if (file !== first) await file.close();
        file = next;
        next = undefined;
        offset = 0;
        changes.watch();
        continue;
      }
      if (last) return;
      await changes.wait();
      signal.throwIfAborted();
    }
  } finally {
    changes.close();
    await next?.close();
    if (file !== first) await file.close();
  }
}

/** Wakes a reader when the file grew, the writer ended or the reader is no longer wanted. */
class Changes {
  done = false;
  readonly #path: string;
  #watcher: FSWatcher | undefined;
  readonly #signal: AbortSignal;
  #wake = Promise.withResolvers<void>();

  constructor(path: string, ended: Promise<void>, signal: AbortSignal) {
    this.#path = path;
    this.#signal = signal;
    this.watch();
    signal.addEventListener('abort', this.#notify);
    const finish = () => {
      this.done = true;
      this.#notify();
    };
    ended.then(finish, finish);
  }

  /** Watches the file that has the name now. */
  watch(): void {
    this.#watcher?.close();
    this.#watcher = watch(this.#path, this.#notify);
    this.#watcher.on('error', this.#notify);
  }

  reset(): void {
    this.#wake = Promise.withResolvers<void>();
  }

  async wait(): Promise<void> {
    if (!this.done && !this.#signal.aborted) await this.#wake.promise;
  }

  close(): void {
    this.#signal.removeEventListener('abort', this.#notify);
    this.#watcher?.close();
  }

  #notify = (): void => {
    this.#wake.resolve();
  };
}

/**
 * Where the last `count` lines begin, and how many there are from there. Going backwards, a line
 * begins after the newline of the full line (tag F) before it: partial pieces belong to the line
 * that they lead up to. `seen` are the streams that later files have something of.
 */
async function offsetOfLast(
  file: FileHandle,
  count: number,
  seen: Set<string>,
): Promise<{ offset: number; lines: number }> {
  const { size } = await file.stat();
  if (count === 0) return { offset: size, lines: 0 };
  const chunk = Buffer.alloc(CHUNK);
  let full = 0;
  let lineEnd = size;
  for (let end = size; end > 0; end = Math.max(0, end - CHUNK)) {
    const start = Math.max(0, end - CHUNK);
    await file.read(chunk, 0, end - start, start);
    for (let at = end - start - 1; at >= 0; at--) {
      const lineStart = start + at + 1;
      if (chunk[at] !== NEWLINE || lineStart === size) continue;
      if (await endsLine(file, lineStart, seen)) full += 1;
      if (full > count) return { offset: lineEnd, lines: count };
      lineEnd = lineStart;
    }
  }
  if (size > 0 && (await endsLine(file, 0, seen))) full += 1;
  return full > count ? { offset: lineEnd, lines: count } : { offset: 0, lines: full };
}

/**
 * Whether the entry that begins at an offset is the end of a line: it carries the tag F, or is the
 * last of its stream.
 */
async function endsLine(file: FileHandle, entryStart: number, seen: Set<string>): Promise<boolean> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(64), 0, 64, entryStart);
  const [, stream = '', tag] = buffer.toString('latin1', 0, bytesRead).split(' ', 3);
  const isLast = !seen.has(stream);
  seen.add(stream);
  return tag !== 'P' || isLast;
}

function parseLine(line: Buffer): LogLine | undefined {
  const timeEnd = line.indexOf(0x20);
  const streamEnd = line.indexOf(0x20, timeEnd + 1);
  const tagEnd = line.indexOf(0x20, streamEnd + 1);
  if (timeEnd < 0 || streamEnd < 0 || tagEnd < 0) return undefined;
  const stream = line.toString('latin1', timeEnd + 1, streamEnd);
  if (stream !== 'stdout' && stream !== 'stderr') return undefined;
  const partial = line.toString('latin1', streamEnd + 1, tagEnd) === 'P';
  const text = line.subarray(tagEnd + 1);
  return {
    stream,
    time: line.toString('latin1', 0, timeEnd).replace(/\+00:00$/, 'Z'),
    data: partial ? text : Buffer.concat([text, Buffer.of(NEWLINE)]),
    partial,
  };
}

/** RFC 3339 with up to nine digits of fraction, to nanoseconds since the epoch. */
export function nanoseconds(time: string): bigint {
  const match = /^(.+?)(?:\.(\d{1,9})\d*)?(Z|[+-]\d\d:\d\d)$/.exec(time);
  const millis = Date.parse(match ? `${match[1]}${match[3]}` : time);
  return BigInt(millis) * 1_000_000n + BigInt((match?.[2] ?? '').padEnd(9, '0') || 0);
}

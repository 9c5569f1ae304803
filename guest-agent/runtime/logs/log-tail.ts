import type { FileHandle } from 'node:fs/promises';

const CHUNK = 64 * 1024;
/** The most bytes that the time, the stream and the tag of an entry take. */
const HEADER = 64;
const NEWLINE = 0x0a;

export interface LogTail {
  /** Where its first entry begins. */
  readonly offset: number;
  /** How many lines there are from there to the end. */
  readonly lines: number;
}

/**
 * Finds where the last `count` lines of a log file of `size` bytes begin. An entry that isn't
 * written to its end yet is not counted, and begins after them.
 *
 * Going backwards, a line begins after the entry that ends the line before it: partial entries
 * (tag P) belong to the line that they lead up to. `seen` are the streams that later files have
 * entries of.
 */
export async function findTail(
  file: FileHandle,
  size: number,
  count: number,
  seen: Set<string>,
): Promise<LogTail> {
  let lines = 0;
  /** Where the entry after the one that is looked at begins. */
  let next: number | undefined;
  for await (const entries of entriesBackwards(file, size)) {
    for (const { offset, header } of entries) {
      if (next !== undefined && endsLine(header, seen)) {
        if (lines === count) return { offset: next, lines };
        lines += 1;
      }
      next = offset;
      if (count === 0) return { offset, lines };
    }
  }
  return { offset: next ?? 0, lines };
}

interface EntryStart {
  readonly offset: number;
  readonly header: string;
}

/**
 * Where entries begin, from the last to the first, a chunk of the file at a time. What follows the
 * last newline comes first of all: an entry that isn't complete, or nothing.
 */
async function* entriesBackwards(file: FileHandle, size: number): AsyncGenerator<EntryStart[]> {
  const buffer = Buffer.alloc(CHUNK + HEADER);
  let start = size;
  while (start > 0) {
    const length = Math.min(CHUNK, start);
    start -= length;
    // The header of an entry may reach into the chunk that was read before.
    buffer.copy(buffer, length, 0, HEADER);
    await file.read(buffer, 0, length, start);
    const entries: EntryStart[] = [];
    for (let at = length; at > 0; ) {
      // A negative index would count from the end of the buffer: hence never below 0.
      at = buffer.lastIndexOf(NEWLINE, at - 1);
      if (at >= 0) entries.push({ offset: start + at + 1, header: headerAt(buffer, at + 1) });
    }
    if (start === 0) entries.push({ offset: 0, header: headerAt(buffer, 0) });
    yield entries;
  }
}

const headerAt = (buffer: Buffer, at: number) => buffer.toString('latin1', at, at + HEADER);

/** Whether an entry is the end of a line: it has the tag F, or is the last of its stream. */
function endsLine(header: string, seen: Set<string>): boolean {
  const [, stream = '', tag] = header.split(' ', 3);
  const isLast = !seen.has(stream);
  seen.add(stream);
  return tag !== 'P' || isLast;
}

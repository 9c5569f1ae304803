import type { FileHandle } from 'node:fs/promises';

const CHUNK = 64 * 1024;
/** The maximum number of bytes of an entry's time, stream and tag. */
const HEADER = 64;
const NEWLINE = 0x0a;

export interface LogTail {
  /** The offset of its first entry. */
  readonly offset: number;
  /** The number of lines from there to the end. */
  readonly lines: number;
}

/**
 * Finds where the last `count` lines of a log file of `size` bytes begin. An incomplete entry at
 * the end isn't counted, and comes after them.
 *
 * Going backwards, a line begins after the entry that ends the previous line: partial entries (tag
 * P) belong to the line that they lead up to. `seen` are the streams with entries in later files.
 */
export async function findTail(
  file: FileHandle,
  size: number,
  count: number,
  seen: Set<string>,
): Promise<LogTail> {
  let lines = 0;
  /** The offset of the entry after the current one. */
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
 * The offsets of entries from the last to the first, read in chunks. The first is the text after
 * the last newline: an incomplete entry, or nothing.
 */
async function* entriesBackwards(file: FileHandle, size: number): AsyncGenerator<EntryStart[]> {
  const buffer = Buffer.alloc(CHUNK + HEADER);
  let start = size;
  while (start > 0) {
    const length = Math.min(CHUNK, start);
    start -= length;
    // The header of an entry may extend into the chunk that was read before.
    buffer.copy(buffer, length, 0, HEADER);
    await file.read(buffer, 0, length, start);
    const entries: EntryStart[] = [];
    for (let at = length; at > 0; ) {
      // Never below 0, since a negative index would count from the end of the buffer.
      at = buffer.lastIndexOf(NEWLINE, at - 1);
      if (at >= 0) entries.push({ offset: start + at + 1, header: headerAt(buffer, at + 1) });
    }
    if (start === 0) entries.push({ offset: 0, header: headerAt(buffer, 0) });
    yield entries;
  }
}

const headerAt = (buffer: Buffer, at: number) => buffer.toString('latin1', at, at + HEADER);

/** Whether an entry ends a line: it has the tag F, or is the last of its stream. */
function endsLine(header: string, seen: Set<string>): boolean {
  const [, stream = '', tag] = header.split(' ', 3);
  const isLast = !seen.has(stream);
  seen.add(stream);
  return tag !== 'P' || isLast;
}

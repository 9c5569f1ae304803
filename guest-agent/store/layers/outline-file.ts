import { constants } from 'node:fs';
import { type FileHandle, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { writeAll } from '../write-all.ts';

/** Shorter holes are written as zeros, which takes less time than one more write. */
const SHORTEST_HOLE = 4 << 10;
const ZEROS = Buffer.alloc(SHORTEST_HOLE);
/** Nothing is written before, because most layers get their index without an outline. */
const FULL_BYTES = 16 << 20;
const WRITES_AT_ONCE = 256;
/** A file system in memory. An outline of more than `most` bytes continues on the disk. */
const MEMORY = { directory: '/dev/shm', most: 128 << 20 };
const PAGE = 4096;
/** A flag of open(2) without a name in Node: a file without a name. */
const O_TMPFILE = 0o20000000 | constants.O_DIRECTORY;
/** Errors of a host without a file system in memory, or without space there. */
const NO_MEMORY = ['ENOENT', 'EISDIR', 'EOPNOTSUPP', 'ENOSPC'];

interface Run {
  readonly offset: number;
  readonly chunks: Buffer[];
}

/**
 * A sparse file that is written from beginning to end, and that no name leads to. The file is in
 * memory, because the data disk allocates, syncs and frees a block for each of many thousand headers.
 */
export class OutlineFile implements AsyncDisposable {
  #file: FileHandle;
  readonly #disk: string;
  /** Bytes of memory that the outline may still take. Undefined once the file is on the disk. */
  #memory: number | undefined;
  /** What has been written in memory. */
  #written: { readonly offset: number; readonly length: number }[] = [];
  #runs: Run[] = [];
  #pending = 0;
  #end = 0;

  private constructor(file: FileHandle, disk: string, memory?: number) {
    this.#file = file;
    this.#disk = disk;
    this.#memory = memory;
  }

  /** `disk` is a directory for an outline that is too large for the memory. */
  static async open(disk: string, { directory, most } = MEMORY): Promise<OutlineFile> {
    const flags = O_TMPFILE | constants.O_RDWR;
    const file = await open(directory, flags, 0o600).catch(undefinedWithoutMemory);
    return file === undefined
      ? new OutlineFile(await openUnnamed(disk), disk)
      : new OutlineFile(file, disk, most);
  }

  /** The descriptor of the file, for the program that reads the outline. */
  get fd(): number {
    return this.#file.fd;
  }

  /** Whether there is enough in memory for a write. */
  get isFull(): boolean {
    return this.#pending >= FULL_BYTES;
  }

  /** Adds bytes at an offset after all earlier ones. The gap becomes a hole. */
  add(offset: number, bytes: Buffer): void {
    if (bytes.length === 0) return;
    const run = this.#runs.at(-1);
    const gap = offset - this.#end;
    if (run === undefined || gap >= SHORTEST_HOLE) this.#runs.push({ offset, chunks: [bytes] });
    else if (gap === 0) run.chunks.push(bytes);
    else {
      run.chunks.push(ZEROS.subarray(0, gap), bytes);
      this.#pending += gap;
    }
    this.#pending += bytes.length;
    this.#end = offset + bytes.length;
  }

  /** The caller adds nothing meanwhile. */
  async flush(): Promise<void> {
    const runs = this.#runs;
    this.#runs = [];
    this.#pending = 0;
    for (let at = 0; at < runs.length; at += WRITES_AT_ONCE) {
      await this.#take(runs.slice(at, at + WRITES_AT_ONCE));
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#file.close();
  }

  async #take(pieces: readonly Run[]): Promise<void> {
    const runs = pieces.map(({ offset, chunks }) => ({
      offset,
      bytes: chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks),
    }));
    if (this.#memory === undefined) return this.#write(runs);
    for (const { offset, bytes } of runs) this.#memory -= pagesOf(offset, bytes.length) * PAGE;
    if (this.#memory >= 0) {
      try {
        await this.#write(runs);
        this.#written.push(...runs.map(({ offset, bytes }) => ({ offset, length: bytes.length })));
        return;
      } catch (error) {
        undefinedWithoutMemory(error);
      }
    }
    await this.#moveToDisk();
    await this.#write(runs);
  }

  async #write(runs: readonly { readonly offset: number; readonly bytes: Buffer }[]) {
    const written = await Promise.allSettled(
      runs.map(({ offset, bytes }) => writeAll(this.#file, bytes, offset)),
    );
    const failure = written.find(({ status }) => status === 'rejected');
    if (failure?.status === 'rejected') throw failure.reason;
  }

  async #moveToDisk(): Promise<void> {
    const from = this.#file;
    this.#file = await openUnnamed(this.#disk);
    this.#memory = undefined;
    try {
      for (const { offset, length } of this.#written) {
        const bytes = Buffer.alloc(length);
        await from.read(bytes, 0, length, offset);
        await writeAll(this.#file, bytes, offset);
      }
    } finally {
      this.#written = [];
      await from.close();
    }
  }
}

/** The pages that bytes at an offset touch. The first may be shared with earlier bytes. */
function pagesOf(offset: number, length: number): number {
  return Math.ceil((offset + length) / PAGE) - Math.floor(offset / PAGE);
}

async function openUnnamed(directory: string): Promise<FileHandle> {
  const path = join(directory, 'outline.tar');
  const file = await open(path, 'wx+', 0o600);
  await rm(path);
  return file;
}

function undefinedWithoutMemory(error: unknown): undefined {
  if (!NO_MEMORY.includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
}

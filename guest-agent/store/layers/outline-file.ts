import { type FileHandle, open } from 'node:fs/promises';
import { writeAll } from '../write-all.ts';

/** Shorter holes are written as zeros, which takes less time than one more write. */
const SHORTEST_HOLE = 16 << 10;
const ZEROS = Buffer.alloc(SHORTEST_HOLE);
/** In memory, in bytes and in writes. */
const FULL = { bytes: 1 << 20, runs: 256 };

/** A sparse file that is written from beginning to end. The first `flush` creates the file. */
export class OutlineFile implements AsyncDisposable {
  readonly #path: string;
  #file: FileHandle | undefined;
  #runs: { offset: number; chunks: Buffer[] }[] = [];
  #pending = 0;
  #end = 0;

  constructor(path: string) {
    this.#path = path;
  }

  /** Whether there is enough in memory for a write. */
  get isFull(): boolean {
    return this.#pending >= FULL.bytes || this.#runs.length >= FULL.runs;
  }

  /** Adds bytes at an offset after all earlier ones. The gap becomes a hole. */
  add(offset: number, bytes: Buffer): void {
    if (bytes.length === 0) return;
    const run = this.#runs.at(-1);
    const gap = offset - this.#end;
    if (run === undefined || gap >= SHORTEST_HOLE) this.#runs.push({ offset, chunks: [bytes] });
    else if (gap === 0) run.chunks.push(bytes);
    else run.chunks.push(ZEROS.subarray(0, gap), bytes);
    this.#pending += bytes.length;
    this.#end = offset + bytes.length;
  }

  /** The caller adds nothing meanwhile. */
  async flush(): Promise<void> {
    const runs = this.#runs;
    this.#runs = [];
    this.#pending = 0;
    const file = this.#file ?? (await open(this.#path, 'wx', 0o600));
    this.#file = file;
    const written = await Promise.allSettled(runs.map((run) => write(file, run)));
    const failure = written.find(({ status }) => status === 'rejected');
    if (failure?.status === 'rejected') throw failure.reason;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#file?.close();
  }
}

async function write(
  file: FileHandle,
  { offset, chunks }: { readonly offset: number; readonly chunks: Buffer[] },
): Promise<void> {
  const bytes = chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks);
  await writeAll(file, bytes, offset);
}

import type { FileHandle } from 'node:fs/promises';

/** Shorter holes are written as zeros, since few writes matter more than the space. */
const SHORTEST_HOLE = 64 << 10;
const FULL = 1 << 20;

/** A sparse file that is written from beginning to end. */
export class OutlineFile {
  readonly #file: FileHandle;
  #runs: { offset: number; chunks: Buffer[] }[] = [];
  #pending = 0;
  #end = 0;

  constructor(file: FileHandle) {
    this.#file = file;
  }

  /** Whether there is enough in memory for a write. */
  get isFull(): boolean {
    return this.#pending >= FULL;
  }

  /** Adds bytes at an offset after all earlier ones. The gap becomes a hole. */
  add(offset: number, bytes: Buffer): void {
    if (bytes.length === 0) return;
    const run = this.#runs.at(-1);
    const gap = offset - this.#end;
    if (run === undefined || gap >= SHORTEST_HOLE) this.#runs.push({ offset, chunks: [bytes] });
    else run.chunks.push(...(gap > 0 ? [Buffer.alloc(gap)] : []), bytes);
    this.#pending += bytes.length;
    this.#end = offset + bytes.length;
  }

  async flush(): Promise<void> {
    for (const { offset, chunks } of this.#runs) {
      const bytes = Buffer.concat(chunks);
      await this.#file.write(bytes, 0, bytes.length, offset);
    }
    this.#runs = [];
    this.#pending = 0;
  }
}

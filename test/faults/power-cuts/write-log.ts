import { type FileHandle, open } from 'node:fs/promises';
import type { Random } from '../../fixtures/random.ts';

/*
 * The log of dm-log-writes, which QEMU's driver blklogwrites writes: a sector with the header, and for
 * each change a sector with its description, followed by what is written.
 */

const SECTOR = 512;
const FLUSH = 1;
const DISCARD = 4;

export interface Change {
  readonly kind: 'write' | 'flush' | 'discard';
  /** Where on the disk, in bytes. */
  readonly offset: number;
  readonly length: number;
  /** Where in the log its content is. */
  readonly content: number;
  /** Where in the log the next change begins. */
  readonly end: number;
}

/** All changes in their order. */
export async function readLog(path: string): Promise<Change[]> {
  await using log = await open(path);
  const { size } = await log.stat();
  const changes: Change[] = [];
  const sector = Buffer.alloc(SECTOR);
  for (let at = SECTOR; at + SECTOR <= size; ) {
    await log.read(sector, 0, SECTOR, at);
    const offset = Number(sector.readBigUInt64LE(0)) * SECTOR;
    const length = Number(sector.readBigUInt64LE(8)) * SECTOR;
    const flags = Number(sector.readBigUInt64LE(16));
    const content = at + SECTOR;
    const kind = flags & DISCARD ? 'discard' : flags & FLUSH && length === 0 ? 'flush' : 'write';
    at = content + (kind === 'write' ? length : 0);
    changes.push({ kind, offset, length, content, end: at });
  }
  return changes;
}

/** A disk that is brought forward through the log. */
export class ReplayedDisk implements AsyncDisposable {
  readonly #disk: FileHandle;
  readonly #log: FileHandle;

  private constructor(disk: FileHandle, log: FileHandle) {
    this.#disk = disk;
    this.#log = log;
  }

  static async open(disk: string, log: string): Promise<ReplayedDisk> {
    return new ReplayedDisk(await open(disk, 'r+'), await open(log));
  }

  async apply(changes: readonly Change[]): Promise<void> {
    for (const change of changes) await this.#write(change, 0, change.length);
  }

  /**
   * What a disk may make of changes that no flush followed when it loses its power: some are written,
   * some aren't, and some are written in part.
   */
  async applySome(changes: readonly Change[], random: Random): Promise<void> {
    for (const change of changes) {
      if (random.chance(0.5)) continue;
      const sectors = change.length / SECTOR;
      const isTorn = random.chance(0.2);
      const part = isTorn ? random.integer(0, sectors) * SECTOR : change.length;
      await this.#write(change, 0, part);
    }
  }

  async #write({ kind, offset, content }: Change, from: number, to: number): Promise<void> {
    // A discarded block may keep its content.
    if (kind !== 'write' || to <= from) return;
    const bytes = Buffer.alloc(to - from);
    await this.#log.read(bytes, 0, bytes.length, content + from);
    await this.#disk.write(bytes, 0, bytes.length, offset + from);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#disk.close();
    await this.#log.close();
  }
}

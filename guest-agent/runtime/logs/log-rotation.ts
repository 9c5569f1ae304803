import { constants } from 'node:fs';
import { type FileHandle, link, open, rename, rm, stat } from 'node:fs/promises';
import { hasCode, ifMissing } from '../../errors.ts';

/*
 * The files of a log: conmon writes `log`, `log.1` is the previous file, and so on. On request,
 * conmon begins a new file and renames it to `log`. A link to the old file is created first, so
 * that there is a `log` at every moment.
 */

/** conmon's control message for a new log file. */
const REOPEN = '2 0 0\n';

const piece = (path: string, number: number) => (number === 0 ? path : `${path}.${number}`);

/** Opens all files of the log, oldest first. The caller closes them. */
export async function openLogFiles(path: string): Promise<FileHandle[]> {
  const files: { file: FileHandle; inode: number }[] = [];
  for (let number = 0; ; number += 1) {
    const file = await openIfThere(piece(path, number));
    if (!file) break;
    const { ino: inode } = await file.stat();
    // During a rotation, two names can be the same file.
    if (files.some((other) => other.inode === inode)) await file.close();
    else files.unshift({ file, inode });
  }
  return files.map(({ file }) => file);
}

/** The file after this one. Undefined while this is the last. The caller closes the file. */
export async function openSuccessor(
  path: string,
  current: FileHandle,
): Promise<FileHandle | undefined> {
  const files = await openLogFiles(path);
  const { ino } = await current.stat();
  const inodes = await Promise.all(files.map(async (file) => (await file.stat()).ino));
  // If this file was removed meanwhile, its successor is the oldest remaining file: -1 + 1.
  const next = files[inodes.indexOf(ino) + 1];
  await Promise.all(files.filter((file) => file !== next).map((file) => file.close()));
  return next;
}

/** A log that takes less space than this keeps all its files, however long they are. */
const WORTH_REMOVING = 16 << 20;
/** Milliseconds after which the monitor is asked again for a file that it hasn't begun. */
const PATIENCE = 10_000;

export interface RotationLimits {
  readonly maxSize: number;
  /** Including the current file. */
  readonly maxFiles: number;
}

/** Keeps the files of a log within limits while its container runs. */
export class LogRotation {
  readonly #path: string;
  readonly #limits: RotationLimits;
  readonly #controlFifo: string;
  /** The file whose successor was requested. A second request would lose what the successor has. */
  #requested = { inode: 0, at: Number.NEGATIVE_INFINITY };

  /** `controlFifo` is the monitor's. */
  constructor(path: string, limits: RotationLimits, controlFifo: string) {
    this.#path = path;
    this.#limits = limits;
    this.#controlFifo = controlFifo;
  }

  /**
   * Requests a new file when the current one has its maximum size, and removes the oldest so that
   * `maxFiles` remain. Finishes a rotation that was interrupted. Resolves to the size of the current
   * file in bytes.
   */
  async look(): Promise<number> {
    const { maxSize, maxFiles } = this.#limits;
    const current = await stat(this.#path).catch(ifMissing(undefined));
    if (!current || current.size < maxSize) return current?.size ?? 0;
    const { inode, at } = this.#requested;
    if (current.ino === inode && performance.now() - at < PATIENCE) return current.size;
    const before = await stat(piece(this.#path, 1)).catch(ifMissing(undefined));
    if (before?.ino !== current.ino && maxFiles > 1) await this.#makeRoom();
    if (await tellMonitor(this.#controlFifo)) {
      this.#requested = { inode: current.ino, at: performance.now() };
    }
    return current.size;
  }

  /** Gives each file the next number, and the current file also the first one. */
  async #makeRoom(): Promise<void> {
    const { maxFiles } = this.#limits;
    const path = this.#path;
    await rm(piece(path, maxFiles - 1), { force: true });
    for (let number = maxFiles - 2; number > 0; number -= 1) {
      await rename(piece(path, number), piece(path, number + 1)).catch(ignoreMissing);
    }
    await link(path, piece(path, 1));
    await this.#removeExcess();
  }

  /**
   * Files can be far longer than `maxSize` if a container writes faster than the disk. Then fewer of
   * them are kept.
   */
  async #removeExcess(): Promise<void> {
    const { maxSize, maxFiles } = this.#limits;
    let total = 0;
    for (let number = 1; number < maxFiles; number += 1) {
      const path = piece(this.#path, number);
      const file = await stat(path).catch(ifMissing(undefined));
      total += file?.size ?? 0;
      const isExcess = total > Math.max(maxSize * maxFiles, WORTH_REMOVING);
      if (isExcess && number > 1) await rm(path, { force: true });
    }
  }
}

/** Requests a new log file. Resolves to whether the monitor can read the request. */
async function tellMonitor(controlFifo: string): Promise<boolean> {
  try {
    const fifo = await open(controlFifo, constants.O_WRONLY | constants.O_NONBLOCK);
    await fifo.write(REOPEN).finally(() => fifo.close());
    return true;
  } catch (error) {
    // No reader: the container has just exited.
    if (hasCode(error, 'ENXIO', 'ENOENT', 'EPIPE')) return false;
    throw error;
  }
}

async function openIfThere(path: string): Promise<FileHandle | undefined> {
  return open(path, 'r').catch(ignoreMissing);
}

function ignoreMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error;
}

import { constants } from 'node:fs';
import { type FileHandle, link, open, rename, rm, stat } from 'node:fs/promises';
import { ifMissing } from '../../errors.ts';

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

/**
 * Begins a new file when the log reaches its maximum size, and removes the oldest so that
 * `maxFiles` remain. `controlFifo` is the monitor's. Finishes a rotation that was interrupted.
 */
export async function rotateLog(
  path: string,
  { maxSize, maxFiles }: { maxSize: number; maxFiles: number },
  controlFifo: string,
): Promise<void> {
  const current = await stat(path).catch(ifMissing(undefined));
  if (!current || current.size < maxSize) return;
  const before = await stat(piece(path, 1)).catch(ifMissing(undefined));
  if (before?.ino !== current.ino && maxFiles > 1) {
    await rm(piece(path, maxFiles - 1), { force: true });
    for (let number = maxFiles - 2; number > 0; number -= 1) {
      await rename(piece(path, number), piece(path, number + 1)).catch(ignoreMissing);
    }
    await link(path, piece(path, 1));
  }
  await tellMonitor(controlFifo);
}

async function tellMonitor(controlFifo: string): Promise<void> {
  try {
    const fifo = await open(controlFifo, constants.O_WRONLY | constants.O_NONBLOCK);
    await fifo.write(REOPEN).finally(() => fifo.close());
  } catch (error) {
    // No reader: the container has just exited.
    if (!['ENXIO', 'ENOENT', 'EPIPE'].includes((error as NodeJS.ErrnoException).code ?? '')) {
      throw error;
    }
  }
}

async function openIfThere(path: string): Promise<FileHandle | undefined> {
  return open(path, 'r').catch(ignoreMissing);
}

function ignoreMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error;
}

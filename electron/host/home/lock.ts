import { existsSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';

/** Held until `release` is called or the process ends for any reason. */
export interface Lock {
  /** Idempotent. */
  release(): void;
}

/**
 * Takes the lock, or returns undefined if another process has it. The lock is SQLite's exclusive
 * lock on an empty database, a file lock of the kernel. It needs no clock, survives the host's
 * sleep, and disappears with its process, even after `kill -9`.
 */
export function acquireLock(path: string): Lock | undefined {
  const database = new DatabaseSync(path, { timeout: 0 });
  try {
    database.exec('BEGIN EXCLUSIVE');
    // The previous owner of the lock removed the VM.
    if (!existsSync(path)) throw new Error(`${path} was removed`);
  } catch (error) {
    database.close();
    if (isBusy(error)) return undefined;
    throw error;
  }
  return { release: () => database.isOpen && database.close() };
}

/** SQLITE_BUSY, https://www.sqlite.org/rescode.html */
const isBusy = (error: unknown) =>
  error instanceof Error && 'errcode' in error && error.errcode === 5;

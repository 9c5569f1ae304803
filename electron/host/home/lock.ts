import { existsSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';

/** Held until `release`, or until the process ends in whatever way. */
export interface Lock {
  /** Idempotent. */
  release(): void;
}

/**
 * Takes the lock, or returns undefined when another process has it. It is SQLite's exclusive lock
 * on an empty database, hence a file lock of the kernel: it needs no clock, survives the host's
 * sleep, and is gone with its process even after `kill -9`.
 */
export function acquireLock(path: string): Lock | undefined {
  const database = new DatabaseSync(path, { timeout: 0 });
  try {
    database.exec('BEGIN EXCLUSIVE');
    // With its machine, by who had it just before.
    if (!existsSync(path)) throw new Error(`${path} was taken away`);
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

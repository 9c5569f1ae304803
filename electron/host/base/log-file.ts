import { appendFileSync, closeSync, openSync, renameSync, rmSync, statSync } from 'node:fs';
import type { LogSink } from './log.ts';
import { codeOf, isSystemError } from './system-error.ts';

const largestLog = 1024 * 1024;
/** Renaming is instant, so a process that takes longer was killed. */
const patienceMs = 10_000;

/** The file with the earlier lines of a log. */
export const olderLog = (path: string) => `${path}.1`;

/**
 * Appends to a file that only its owner may read. Other processes may append to the same file, as
 * each line is one write. If the file can't be written, the line is lost but the caller continues.
 */
export function fileLog(path: string): LogSink {
  return (line) => {
    rotateLog(path);
    unlessRefused(() => appendFileSync(path, `${line}\n`, { mode: 0o600 }));
  };
}

/**
 * A large file becomes `FILE.1`, in place of an older one. Only one process does so at a time: a
 * second rename would replace the large file with the one that has just begun. If the system refuses,
 * the log grows on.
 */
export function rotateLog(path: string): void {
  unlessRefused(() => {
    const guard = `${path}.rotating`;
    if (!isLarge(path) || !take(guard)) return;
    try {
      if (isLarge(path)) renameSync(path, olderLog(path));
    } finally {
      rmSync(guard, { force: true });
    }
  });
}

const isLarge = (path: string) =>
  (statSync(path, { throwIfNoEntry: false })?.size ?? 0) > largestLog;

/** Whether this process may rotate. Removes what a killed process left behind, for the next try. */
function take(guard: string): boolean {
  try {
    closeSync(openSync(guard, 'wx'));
    return true;
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
    const since = statSync(guard, { throwIfNoEntry: false })?.mtimeMs ?? Date.now();
    if (Date.now() - since > patienceMs) rmSync(guard, { force: true });
    return false;
  }
}

/** There is nowhere left to report a failure of the log. */
function unlessRefused(action: () => void): void {
  try {
    action();
  } catch (error) {
    if (!isSystemError(error)) throw error;
  }
}

import { readdirSync, readFileSync } from 'node:fs';
import { hasCode } from '../../guest-agent/errors.ts';

/*
 * Reads /proc synchronously: programs that exit after a few milliseconds must be found in time.
 */

/** All processes below a process. */
export function descendants(pid: number): number[] {
  const children = childrenOf(pid);
  return [...children, ...children.flatMap(descendants)];
}

function childrenOf(pid: number): number[] {
  const tasks = orGone([], () => readdirSync(`/proc/${pid}/task`));
  return tasks.flatMap((task) => {
    const text = orGone('', () => readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8'));
    return text.split(' ').filter(Boolean).map(Number);
  });
}

/** The name of a process, at most 15 characters. */
export const nameOf = (pid: number) =>
  orGone('', () => readFileSync(`/proc/${pid}/comm`, 'utf8')).trim();

export const commandLine = (pid: number) =>
  orGone('', () => readFileSync(`/proc/${pid}/cmdline`, 'utf8')).split('\0');

/** Kills a process. Returns false if it is gone. */
export function killProcess(pid: number): boolean {
  try {
    return process.kill(pid, 'SIGKILL');
  } catch (error) {
    if (hasCode(error, 'ESRCH')) return false;
    throw error;
  }
}

function orGone<T>(value: T, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (hasCode(error, 'ENOENT', 'ESRCH')) return value;
    throw error;
  }
}

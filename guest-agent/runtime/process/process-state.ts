import { readFile } from 'node:fs/promises';

/**
 * `stopped`: by a signal such as SIGSTOP, or by a debugger; `gone`: it has ended, whether or not its
 * parent knows.
 */
export type ProcessState = 'alive' | 'stopped' | 'gone';

/** The state of a process of this machine, by /proc/PID/stat (proc_pid_stat(5)). */
export async function processState(pid: number): Promise<ProcessState> {
  // The name, in parentheses, can hold anything.
  const letter = /^.*\) (\S)/s.exec(await readProcess(pid, 'stat'))?.[1];
  if (letter === undefined || letter === 'Z' || letter === 'X') return 'gone';
  return letter === 'T' || letter === 't' ? 'stopped' : 'alive';
}

/** Whether a process is gone, or has ended and is only waiting for its parent to notice. */
export async function hasEnded(pid: number): Promise<boolean> {
  return (await processState(pid)) === 'gone';
}

/**
 * The state of a process that has a word in its command line: the number may
 * belong to another process by then.
 */
export async function stateOfNamed(pid: number, word: string): Promise<ProcessState> {
  const words = (await readProcess(pid, 'cmdline')).split('\0');
  return words.includes(word) ? processState(pid) : 'gone';
}

/** Kills a process that has a word in its command line. Does nothing when it is gone. */
export async function killNamed(pid: number, word: string): Promise<void> {
  if ((await stateOfNamed(pid, word)) !== 'gone') kill(pid);
}

/**
 * Kills a process that leads a session, as an exec's does, and what it started in its process group.
 * Does nothing when it is gone.
 */
export function killSession(pid: number): void {
  for (const target of [-pid, pid]) kill(target);
}

function kill(target: number): void {
  try {
    process.kill(target, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** Empty when there is no such process. */
async function readProcess(pid: number, file: string): Promise<string> {
  if (pid <= 0) return '';
  try {
    return await readFile(`/proc/${pid}/${file}`, 'utf8');
  } catch (error) {
    if (['ENOENT', 'ESRCH'].includes((error as NodeJS.ErrnoException).code ?? '')) return '';
    throw error;
  }
}

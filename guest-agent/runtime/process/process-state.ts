import { readdir, readFile } from 'node:fs/promises';

/**
 * `stopped` means by a signal such as SIGSTOP, or by a debugger. `gone` means that it has exited,
 * reaped or not.
 */
export type ProcessState = 'alive' | 'stopped' | 'gone';

/** The state of a process, from /proc/PID/stat (proc_pid_stat(5)). */
export async function processState(pid: number): Promise<ProcessState> {
  // The name in parentheses can contain any character.
  const letter = /^.*\) (\S)/s.exec(await readProcess(pid, 'stat'))?.[1];
  if (letter === undefined || letter === 'Z' || letter === 'X') return 'gone';
  return letter === 'T' || letter === 't' ? 'stopped' : 'alive';
}

/** Whether a process is gone, or has exited and its parent hasn't reaped it. */
export async function hasEnded(pid: number): Promise<boolean> {
  return (await processState(pid)) === 'gone';
}

/**
 * The state of a process with a word in its command line, since another process may have its ID by
 * now.
 */
export async function stateOfNamed(pid: number, word: string): Promise<ProcessState> {
  const words = (await readProcess(pid, 'cmdline')).split('\0');
  return words.includes(word) ? processState(pid) : 'gone';
}

/** Kills a process with a word in its command line. Does nothing if it is gone. */
export async function killNamed(pid: number, word: string): Promise<void> {
  if ((await stateOfNamed(pid, word)) !== 'gone') kill(pid);
}

/** A process of the VM. */
export interface FoundProcess {
  readonly pid: number;
  /** Its command line. */
  readonly words: readonly string[];
}

/** All processes of the VM that have a command line. */
export async function readProcesses(): Promise<FoundProcess[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  const found = await Promise.all(
    pids.map(async (pid) => {
      const text = await readProcess(pid, 'cmdline');
      return { pid, words: text.split('\0').slice(0, -1) };
    }),
  );
  return found.filter(({ words }) => words.length > 0);
}

/** Kills all processes of a program that have a word in their command line. */
export async function killPrograms(program: string, word: string): Promise<void> {
  for (const { pid, words } of await readProcesses()) {
    if (words[0] === program && words.includes(word)) kill(pid);
  }
}

/**
 * Kills a session leader, such as an exec's process, with its process group. Does nothing if it is
 * gone.
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

/** Empty if there is no such process. */
async function readProcess(pid: number, file: string): Promise<string> {
  if (pid <= 0) return '';
  try {
    return await readFile(`/proc/${pid}/${file}`, 'utf8');
  } catch (error) {
    if (['ENOENT', 'ESRCH'].includes((error as NodeJS.ErrnoException).code ?? '')) return '';
    throw error;
  }
}

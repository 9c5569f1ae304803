import { readFile } from 'node:fs/promises';

/** Whether a process is gone, or has ended and is only waiting for its parent to notice. */
export async function hasEnded(pid: number): Promise<boolean> {
  try {
    const text = await readFile(`/proc/${pid}/stat`, 'latin1');
    // The command, in parentheses, may itself contain any of these characters (proc_pid_stat(5)).
    return /^ [ZX] /.test(text.slice(text.lastIndexOf(')') + 1));
  } catch (error) {
    if (['ENOENT', 'ESRCH'].includes((error as NodeJS.ErrnoException).code ?? '')) return true;
    throw error;
  }
}

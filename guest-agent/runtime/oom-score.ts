import { writeFileSync } from 'node:fs';

/**
 * Sets how readily the kernel ends a process when memory runs out (proc_pid_oom_score_adj(5)). What
 * the agent starts has the agent's own value at first, which is nearly never. Does nothing for a
 * process that has ended.
 */
export function setOomScoreAdj(pid: number | undefined, value: number): void {
  if (pid === undefined) return;
  try {
    writeFileSync(`/proc/${pid}/oom_score_adj`, String(value));
  } catch (error) {
    if (!['ENOENT', 'ESRCH'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
  }
}

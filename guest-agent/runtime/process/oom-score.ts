import { writeFileSync } from 'node:fs';

/**
 * Sets how readily the kernel kills a process if memory runs out (proc_pid_oom_score_adj(5)). Child
 * processes inherit the agent's value, with which the kernel kills them last. Does nothing if the
 * process has exited.
 */
export function setOomScoreAdj(pid: number | undefined, value: number): void {
  if (pid === undefined) return;
  try {
    writeFileSync(`/proc/${pid}/oom_score_adj`, String(value));
  } catch (error) {
    if (!['ENOENT', 'ESRCH'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
  }
}

import { readFile } from 'node:fs/promises';
import { ifMissing } from '../../errors.ts';

/**
 * Tells a process from a later one with the same ID (proc_pid_stat(5), field 22). Undefined if the process has
 * ended.
 */
export async function startTime(pid: number): Promise<string | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(ifMissing(undefined));
  const [state, ...fields] = stat?.slice(stat.lastIndexOf(')') + 2).split(' ') ?? [];
  // A zombie keeps nothing open.
  return state === 'Z' ? undefined : fields[18];
}

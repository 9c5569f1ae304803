import { readFile } from 'node:fs/promises';
import { type MachineStatus, machineStatusSchema } from '../../api/machine.ts';

/**
 * The last background process's status; undefined if there is no readable file. Omits facts that
 * are no longer true: open ports, shared folders and the operation in progress.
 */
export async function readLastStatus(path: string): Promise<MachineStatus | undefined> {
  try {
    return machineStatusSchema
      .omit({ ports: true, domains: true, adjusting: true, folderProblems: true })
      .omit({ engineNotAnsweringSince: true })
      .parse(JSON.parse(await readFile(path, 'utf8')));
  } catch {
    return undefined;
  }
}

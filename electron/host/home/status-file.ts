import { type MachineStatus, machineStatusSchema } from '../../api/machine.ts';
import { readRecord } from '../base/read-record.ts';

/**
 * The last background process's status; undefined if there is no readable file. Omits facts that
 * are no longer true: open ports, shared folders and the operation in progress.
 */
export async function readLastStatus(path: string): Promise<MachineStatus | undefined> {
  return readRecord(
    path,
    machineStatusSchema
      .omit({ ports: true, domains: true, adjusting: true, folderProblems: true })
      .omit({ engineNotAnsweringSince: true, program: true }),
  );
}

import { type MachineStatus, machineStatusSchema } from '../../api/machine.ts';
import { readRecord } from '../base/read-record.ts';

/**
 * The status that the last supervisor wrote; undefined when there is none that can be read. The
 * ports that it had opened are closed, what it knew of shared folders may have changed, and what it
 * was about is over.
 */
export async function readLastStatus(path: string): Promise<MachineStatus | undefined> {
  return readRecord(
    path,
    machineStatusSchema
      .omit({ ports: true, domains: true, adjusting: true, folderProblems: true })
      .omit({ engineNotAnsweringSince: true }),
  );
}

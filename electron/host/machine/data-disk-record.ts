import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { writeFileAtomic } from '../atomic-file.ts';
import { HostError } from '../errors.ts';
import type { MachinePaths } from './paths.ts';

/** What the host knows of a data disk without looking into it: `data.json` beside it. */
const dataDiskRecordSchema = z.object({
  format: z.int().min(1),
  /** The image that last had it (`inputs` of its manifest), and the one before. */
  image: z.string().optional(),
  previousImage: z.string().optional(),
  /**
   * An image that changes the format has been, or is about to be, booted and has not answered yet;
   * the disk is copied before. Without the copy, that has been put back already.
   */
  upgrade: z.object({ to: z.int() }).optional(),
  /** The copy from before the last change of format. */
  backup: z.object({ format: z.int(), madeAt: z.iso.datetime() }).optional(),
});
export type DataDiskRecord = z.infer<typeof dataDiskRecordSchema>;

/** Format 1 where there is no record: nothing else was there before records were. */
export async function readDataDiskRecord(
  paths: Pick<MachinePaths, 'dataDiskRecord'>,
): Promise<DataDiskRecord> {
  const path = paths.dataDiskRecord;
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return { format: 1 };
    throw cause;
  }
  try {
    return dataDiskRecordSchema.parse(JSON.parse(text));
  } catch (cause) {
    throw new HostError('machine-failed', `${path} cannot be read`, {
      hint: 'It says which format the data disk has. A newer Berth may have written it.',
      cause,
    });
  }
}

export async function writeDataDiskRecord(
  paths: Pick<MachinePaths, 'dataDiskRecord'>,
  record: DataDiskRecord,
): Promise<void> {
  await writeFileAtomic(paths.dataDiskRecord, `${JSON.stringify(record)}\n`);
}

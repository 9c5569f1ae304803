import { existsSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import * as z from 'zod';
import { writeFileAtomic } from '../base/atomic-file.ts';
import { setAside } from '../base/damaged-file.ts';
import { HostError } from '../base/errors.ts';
import { unlessMissing } from '../base/system-error.ts';
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
  /** The disk is new: no engine has ever answered with it. */
  blank: z.boolean().optional(),
  /** The copy from before the last change of format. */
  backup: z.object({ format: z.int(), madeAt: z.iso.datetime() }).optional(),
});
export type DataDiskRecord = z.infer<typeof dataDiskRecordSchema>;

/**
 * What the guest needs to know about its data disk: whether it may format the disk, and which format
 * the disk has, in case the record on the disk is damaged.
 */
export async function dataDiskConfig(
  paths: Pick<MachinePaths, 'dataDisk' | 'dataDiskRecord'>,
): Promise<{ blank: boolean; format?: number }> {
  const { blank = false, upgrade, format, image } = await readDataDiskRecord(paths);
  // An older Berth may have made the disk and never booted: then nothing was written. Once an engine
  // has used the disk, 0 blocks mean nothing: some file systems always report 0.
  const isUntouched = image === undefined && (await blocksOf(paths.dataDisk)) === 0;
  return { blank: blank || isUntouched, ...(!upgrade && { format }) };
}

async function blocksOf(path: string): Promise<number> {
  return (await stat(path).catch(unlessMissing))?.blocks ?? 0;
}

/** Format 1 where there is no record: nothing else was there before records were. */
export async function readDataDiskRecord(
  paths: Pick<MachinePaths, 'dataDiskRecord'>,
): Promise<DataDiskRecord> {
  const path = paths.dataDiskRecord;
  const text = await readFile(path, 'utf8').catch(unlessMissing);
  if (text === undefined) return { format: 1 };
  try {
    return dataDiskRecordSchema.parse(JSON.parse(text));
  } catch (cause) {
    throw new HostError('machine-failed', `${path} cannot be read`, {
      hint: 'It says which format the data disk has. A newer Berth may have written it.',
      cause,
    });
  }
}

/**
 * Before a start: sets a damaged record aside, as the disk's own record tells the rest. Rejects when
 * there is a copy of the disk too: an upgrade may have been under way, and to go on with the wrong
 * one of the two, or to make the copy anew, could cost the data.
 */
export async function restoreDataDiskRecord(
  paths: Pick<MachinePaths, 'dataDisk' | 'dataDiskRecord' | 'dataDiskBackup'>,
): Promise<void> {
  const path = paths.dataDiskRecord;
  const text = await readFile(path, 'utf8').catch(unlessMissing);
  if (text !== undefined && isJson(text)) return;
  if (existsSync(paths.dataDisk) && existsSync(paths.dataDiskBackup)) {
    throw new HostError('machine-failed', `${path} is missing or damaged`, {
      hint: `Berth can't tell whether an upgrade of the data disk was under way. Move its copy, ${paths.dataDiskBackup}, to another folder and start the machine. If that fails, put the copy in the place of ${paths.dataDisk}.`,
    });
  }
  if (text !== undefined) await setAside(path);
}

/** JSON of another shape isn't damage: a newer Berth may have written the file. */
function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return false;
  }
}

/**
 * Rejects when an engine has used the data disk and the disk's file is missing or has no content: a
 * new disk must not take its place unasked.
 */
export async function requireNotLost(
  paths: Pick<MachinePaths, 'dataDisk' | 'dataDiskRecord'>,
): Promise<void> {
  const file = await stat(paths.dataDisk).catch(unlessMissing);
  if (file && file.size > 0) return;
  const { image } = await readDataDiskRecord(paths);
  if (image === undefined) return;
  if (file) {
    throw new HostError('machine-failed', `The data disk is empty: ${paths.dataDisk}`, {
      hint: `Replace the file with a copy of the disk. To start with an empty machine, delete the file and ${paths.dataDiskRecord}.`,
    });
  }
  throw new HostError('machine-failed', `The data disk is missing: ${paths.dataDisk}`, {
    hint: `Put it back. To start with an empty machine, delete ${paths.dataDiskRecord}.`,
  });
}

export async function writeDataDiskRecord(
  paths: Pick<MachinePaths, 'dataDiskRecord'>,
  record: DataDiskRecord,
): Promise<void> {
  await writeFileAtomic(paths.dataDiskRecord, `${JSON.stringify(record)}\n`);
}

import { existsSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import * as z from 'zod';
import { writeFileAtomic } from '../base/atomic-file.ts';
import { setAside } from '../base/damaged-file.ts';
import { HostError } from '../base/errors.ts';
import { unlessMissing } from '../base/system-error.ts';
import type { MachinePaths } from './paths.ts';

/** What the host knows about a data disk without reading the disk: `data.json` beside it. */
const dataDiskRecordSchema = z.object({
  format: z.int().min(1),
  /** The image that last used the disk (`inputs` of its manifest), and the one before. */
  image: z.string().optional(),
  previousImage: z.string().optional(),
  /**
   * An image that changes the format was booted, or is about to be, and hasn't answered yet. The
   * disk was copied before. If the copy is missing, it has already been restored.
   */
  upgrade: z.object({ to: z.int() }).optional(),
  /** The disk is new: no engine has used it yet. */
  blank: z.boolean().optional(),
  /** The copy from before the last format change. */
  backup: z.object({ format: z.int(), madeAt: z.iso.datetime() }).optional(),
});
export type DataDiskRecord = z.infer<typeof dataDiskRecordSchema>;

/**
 * What the VM must know about its data disk: whether it may format the disk, and the disk's format
 * in case the record on the disk is damaged.
 */
export async function dataDiskConfig(
  paths: Pick<MachinePaths, 'dataDisk' | 'dataDiskRecord'>,
): Promise<{ blank: boolean; format?: number }> {
  const { blank = false, upgrade, format, image } = await readDataDiskRecord(paths);
  // An older version of Berth may have created the disk without booting; then it is empty. After an
  // engine has used the disk, 0 blocks mean nothing, because some file systems always report 0.
  const isUntouched = image === undefined && (await blocksOf(paths.dataDisk)) === 0;
  return { blank: blank || isUntouched, ...(!upgrade && { format }) };
}

async function blocksOf(path: string): Promise<number> {
  return (await stat(path).catch(unlessMissing))?.blocks ?? 0;
}

/** Without a record, the format is 1: only that format predates records. */
export async function readDataDiskRecord(
  paths: Pick<MachinePaths, 'dataDiskRecord'>,
): Promise<DataDiskRecord> {
  const path = paths.dataDiskRecord;
  const text = await readFile(path, 'utf8').catch(unlessMissing);
  if (text === undefined) return { format: 1 };
  try {
    return dataDiskRecordSchema.parse(JSON.parse(text));
  } catch (cause) {
    throw new HostError('machine-failed', `Can't read ${path}`, {
      hint: 'The file describes the format of the data disk. A newer version of Berth may have written it.',
      cause,
    });
  }
}

/**
 * Before a start: moves a damaged record aside, because the disk itself has a record too. Rejects
 * if there is a copy of the disk: an upgrade may have been interrupted, and continuing with the
 * wrong disk, or overwriting the copy, could lose data.
 */
export async function restoreDataDiskRecord(
  paths: Pick<MachinePaths, 'dataDisk' | 'dataDiskRecord' | 'dataDiskBackup'>,
): Promise<void> {
  const path = paths.dataDiskRecord;
  const text = await readFile(path, 'utf8').catch(unlessMissing);
  if (text !== undefined && isJson(text)) return;
  if (existsSync(paths.dataDisk) && existsSync(paths.dataDiskBackup)) {
    throw new HostError('machine-failed', `${path} is missing or damaged`, {
      hint: `Berth can't tell whether an upgrade of the data disk was under way. Move its copy, ${paths.dataDiskBackup}, to another folder and start the VM. If the start fails, replace ${paths.dataDisk} with the copy.`,
    });
  }
  if (text !== undefined) await setAside(path);
}

/** Valid JSON of another shape isn't damage: a newer version of Berth may have written it. */
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
 * Rejects if an engine has used the data disk but the disk's file is missing or empty: Berth must
 * not replace it with a new disk without asking.
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
      hint: `Replace the file with a copy of the disk. To start with an empty VM, delete the file and ${paths.dataDiskRecord}.`,
    });
  }
  throw new HostError('machine-failed', `The data disk is missing: ${paths.dataDisk}`, {
    hint: `Restore the file. To start with an empty VM, delete ${paths.dataDiskRecord}.`,
  });
}

export async function writeDataDiskRecord(
  paths: Pick<MachinePaths, 'dataDiskRecord'>,
  record: DataDiskRecord,
): Promise<void> {
  await writeFileAtomic(paths.dataDiskRecord, `${JSON.stringify(record)}\n`);
}

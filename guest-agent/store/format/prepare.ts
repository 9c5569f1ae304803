import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type DataRecord, dataRecordSchema } from '../../contract/data-format.ts';
import { EngineError } from '../../errors.ts';
import { writeFileAtomic } from '../atomic-file.ts';
import type { Migration } from './migrations.ts';

export interface DataDiskOptions {
  /** Where the data disk is mounted. */
  readonly directory: string;
  readonly migrations: readonly Migration[];
  /** This engine's version, for the record. */
  readonly engine: string;
  readonly log: (message: string) => void;
  /** Makes all that was written to the disk durable. */
  readonly sync: () => Promise<void>;
}

/** What is on a disk that holds nothing yet: ext4's own, and what Node compiled. */
const notData = new Set(['lost+found', 'cache']);
const firstFormat = 1;

/**
 * Brings the data disk to the format of this engine, before anything else looks at it. Rejects,
 * having changed nothing, for a disk of a newer format. A migration that was cut off, or failed, is
 * run again the next time; until it is done, the record keeps engines away that do not know it.
 */
export async function prepareDataDisk(options: DataDiskOptions): Promise<DataRecord> {
  const { directory, migrations, engine, log, sync } = options;
  const path = join(directory, 'format.json');
  const newest = firstFormat + migrations.length;
  const found = await readRecord(path);
  let record: DataRecord = found ?? {
    format: (await isEmpty(directory)) ? newest : firstFormat,
    engine,
  };
  refuseNewer(record, newest);
  await removeUnfinished(directory);
  const save = async (next: DataRecord) => {
    await writeFileAtomic(path, `${JSON.stringify(next)}\n`);
    record = next;
  };
  for (const migration of migrations.filter(({ to }) => to > record.format)) {
    const { to, description } = migration;
    log(`data disk: changing from format ${record.format} to ${to}: ${description}`);
    await save({ ...record, migratingTo: to });
    await migration.run(directory);
    // All of it must be there before the record says so.
    await sync();
    const { migratingTo: _, ...done } = record;
    await save({ ...done, format: to });
  }
  if (!found || record.engine !== engine) {
    const previous = found && record.engine !== engine ? { previousEngine: record.engine } : {};
    await save({ ...record, ...previous, engine });
  }
  return record;
}

function refuseNewer({ format, migratingTo = 0, engine }: DataRecord, newest: number): void {
  const needed = Math.max(format, migratingTo);
  if (needed <= newest) return;
  throw new EngineError(
    'internal',
    `it has format ${needed}, made by engine ${engine}, and this engine knows formats up to ${newest}`,
  );
}

async function readRecord(path: string): Promise<DataRecord | undefined> {
  try {
    return dataRecordSchema.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return undefined;
    // To guess the format would risk the data.
    throw new EngineError('internal', `its record ${path} cannot be read`, { cause });
  }
}

/** What was left of a record that was being written. */
async function removeUnfinished(directory: string): Promise<void> {
  for (const name of await readdir(directory)) {
    if (/^format\.json\..*\.tmp$/.test(name)) await rm(join(directory, name), { force: true });
  }
}

async function isEmpty(directory: string): Promise<boolean> {
  return (await readdir(directory)).every((name) => notData.has(name) || name.endsWith('.tmp'));
}

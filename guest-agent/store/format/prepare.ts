import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type DataRecord, dataRecordSchema } from '../../contract/data-format.ts';
import { EngineError } from '../../errors.ts';
import type { Damage } from '../damage.ts';
import { readKept, replaceDamaged, writeKept } from '../kept-file.ts';
import type { Migration } from './migrations.ts';

export interface DataDiskOptions {
  /** The mount point of the data disk. */
  readonly directory: string;
  readonly migrations: readonly Migration[];
  /** The last format of the disk that the host knows, in case the disk's own record is damaged. */
  readonly knownFormat?: number | undefined;
  /** Reports a damaged record. */
  readonly damage: Damage;
  /** This engine's version, for the record. */
  readonly engine: string;
  readonly log: (message: string) => void;
  /** Makes all writes to the disk durable. */
  readonly sync: () => Promise<void>;
}

/** Entries of a disk without data: ext4's own, and Node's compile cache. */
const notData = new Set(['lost+found', 'cache']);
const firstFormat = 1;

/**
 * Migrates the data disk to the format of this engine, before anything else reads it. Rejects a
 * disk of a newer format and then changes nothing. A migration that was interrupted or failed runs
 * again at the next start. Until then, the record keeps older engines away.
 */
export async function prepareDataDisk(options: DataDiskOptions): Promise<DataRecord> {
  const { directory, migrations, engine, damage, knownFormat, log, sync } = options;
  const path = join(directory, 'format.json');
  const newest = firstFormat + migrations.length;
  const { found, isSound, cause } = await readRecord(path, knownFormat);
  let record: DataRecord = found ?? {
    format: (await isEmpty(directory)) ? newest : firstFormat,
    engine,
  };
  refuseNewer(record, newest);
  await removeUnfinished(directory);
  const save = async (next: DataRecord) => {
    await writeKept(path, textOf(next));
    record = next;
  };
  if (!isSound) {
    damage.tell(
      'data disk',
      `The record of the data disk's format was damaged. Berth restored the record: the format is ${record.format}.`,
      cause,
    );
    await replaceDamaged(path, textOf(record));
  }
  for (const migration of migrations.filter(({ to }) => to > record.format)) {
    const { to, description } = migration;
    log(`data disk: changing from format ${record.format} to ${to}: ${description}`);
    await save({ ...record, migratingTo: to });
    await migration.run(directory);
    // All changes must be on disk before the record says so.
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

const textOf = (record: DataRecord) => `${JSON.stringify(record)}\n`;

function refuseNewer({ format, migratingTo = 0, engine }: DataRecord, newest: number): void {
  const needed = Math.max(format, migratingTo);
  if (needed <= newest) return;
  throw new EngineError(
    'internal',
    `it has format ${needed}, made by engine ${engine}, and this engine knows formats up to ${newest}. Install the newest version of Berth`,
  );
}

interface FoundRecord {
  /** Undefined if there is no record. */
  readonly found: DataRecord | undefined;
  /** False if the record was damaged and had to be reconstructed. */
  readonly isSound: boolean;
  readonly cause?: unknown;
}

/**
 * Reads the record. If it is damaged, uses its previous version or the format that the host knows.
 * An older record is harmless, since each step of a migration checks whether it is done.
 */
async function readRecord(path: string, knownFormat: number | undefined): Promise<FoundRecord> {
  const kept = await readKept(path, (text) => dataRecordSchema.safeParse(JSON.parse(text)));
  if (kept.state === 'missing') return { found: undefined, isSound: true };
  const isSound = kept.state === 'whole';
  const parsed = kept.state === 'damaged' ? undefined : kept.value;
  const cause = parsed?.error ?? (kept.state === 'whole' ? undefined : kept.cause);
  if (parsed?.success) return { found: parsed.data, isSound, cause };
  // JSON of another form isn't damage: a newer engine may have written the file.
  if (kept.state === 'damaged' && knownFormat !== undefined) {
    return { found: { format: knownFormat, engine: 'unknown' }, isSound, cause };
  }
  // A wrong guess would put the data at risk.
  throw new EngineError(
    'internal',
    `its record ${path} cannot be read, and the format is not known from anywhere else`,
    { cause },
  );
}

/** Removes the remains of an interrupted write. */
async function removeUnfinished(directory: string): Promise<void> {
  for (const name of await readdir(directory)) {
    if (/^format\.json\..*\.tmp$/.test(name)) await rm(join(directory, name), { force: true });
  }
}

async function isEmpty(directory: string): Promise<boolean> {
  return (await readdir(directory)).every((name) => notData.has(name) || name.endsWith('.tmp'));
}

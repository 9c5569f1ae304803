import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { ZodType } from 'zod';
import { ifMissing } from '../errors.ts';
import { keptPath } from '../store/kept-file.ts';
import { type Finding, mismatch, orphan } from './finding.ts';

const SUFFIX = '.json';

/** The records of one kind in the memory of the engine. */
export interface KnownRecords<T> {
  readonly directory: string;
  readonly schema: ZodType<T>;
  /** By the ID that is the file's name. */
  readonly records: ReadonlyMap<string, T>;
  /** IDs whose records the engine couldn't read. It has already reported these. */
  readonly unreadable: readonly string[];
  readonly describe: (id: string, record?: T) => string;
  /** What two equal records have in common. The default is everything. */
  readonly compared?: (record: T) => unknown;
}

/** Compares records in memory with their files, and finds files without a record in memory. */
export async function examineRecords<T>(known: KnownRecords<T>): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const [id, record] of known.records) {
    const problem = await fileProblem(known, id, record);
    if (problem === undefined) continue;
    const about = known.describe(id, record);
    findings.push(
      mismatch(
        about,
        `The record of ${about} on the disk ${problem}. The engine has the record in memory.`,
        'Change the object in any way, for example rename it, so that Berth writes the record again. Then run: berth machine restart',
      ),
    );
  }
  return [...findings, ...(await strayFiles(known))];
}

async function fileProblem<T>(
  { directory, schema, compared = (record) => record }: KnownRecords<T>,
  id: string,
  record: T,
): Promise<string | undefined> {
  const path = join(directory, id + SUFFIX);
  const text = await readFile(path, 'utf8').catch(ifMissing(undefined));
  if (text === undefined) return 'is missing';
  try {
    const stored = schema.parse(JSON.parse(text));
    return isDeepStrictEqual(compared(stored), compared(record)) ? undefined : 'is out of date';
  } catch (error) {
    // Any other text means the same to the user: the next start couldn't read it.
    return `is damaged (${error instanceof Error ? error.name : error})`;
  }
}

/** Files and directories that belong to no record. */
async function strayFiles<T>({
  directory,
  records,
  unreadable,
  describe,
}: KnownRecords<T>): Promise<Finding[]> {
  const entries = await readdir(directory, { withFileTypes: true }).catch(ifMissing([]));
  const isKnown = (id: string) => records.has(id) || unreadable.includes(id);
  return entries.flatMap((entry) => {
    const path = join(directory, entry.name);
    const id = owner(path, entry.isDirectory());
    if (id !== undefined && isKnown(id)) return [];
    // A damaged record that was set aside stays for inspection.
    if (entry.name.endsWith('.damaged')) return [];
    const what = id === undefined ? 'No object' : `No ${describe(id).split(' ')[0]}`;
    return [orphan(path, `${what} belongs to ${path}.`)];
  });
}

/** The ID to which a path in a directory of records belongs. */
function owner(path: string, isDirectory: boolean): string | undefined {
  const name = basename(path);
  if (isDirectory) return name.startsWith('.') ? undefined : name;
  const record = keptPath(path) ?? path;
  const isRecord = record.endsWith(SUFFIX) && !basename(record).startsWith('.');
  return isRecord ? basename(record, SUFFIX) : undefined;
}

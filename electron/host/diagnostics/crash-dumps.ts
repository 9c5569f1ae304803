import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { unlessMissing } from '../base/system-error.ts';

/** The memory of a part of the app at the moment when it crashed, as Crashpad writes it. */
export interface CrashDump {
  readonly path: string;
  readonly name: string;
  readonly size: number;
  readonly modified: Date;
}

/** The number of dumps in a bundle, and the largest size of each in bytes. */
const most = 5;
const largest = 8 * 1024 * 1024;

/** The dumps below a folder, newest first. Crashpad deletes old ones itself. */
export async function findCrashDumps(directory: string): Promise<CrashDump[]> {
  const names = await readdir(directory, { recursive: true }).catch(unlessMissing);
  const dumps = (names ?? []).filter((name) => name.endsWith('.dmp'));
  const found = await Promise.all(
    dumps.map(async (name) => {
      const path = join(directory, name);
      // Crashpad may move or delete the file meanwhile.
      const status = await stat(path).catch(unlessMissing);
      return status
        ? [{ path, name: basename(name), size: status.size, modified: status.mtime }]
        : [];
    }),
  );
  return found.flat().sort((left, right) => Number(right.modified) - Number(left.modified));
}

/** The newest dumps and their contents. A larger one than a dump usually is stays on the host. */
export async function readCrashDumps(
  directory: string,
): Promise<(CrashDump & { readonly content: Buffer })[]> {
  const newest = (await findCrashDumps(directory)).slice(0, most);
  const read = await Promise.all(
    newest
      .filter(({ size }) => size <= largest)
      .map(async (dump) => {
        const content = await readFile(dump.path).catch(unlessMissing);
        return content ? [{ ...dump, content }] : [];
      }),
  );
  return read.flat();
}

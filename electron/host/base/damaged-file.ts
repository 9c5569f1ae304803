import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { loggerOf } from './log.ts';
import { moveFile } from './move-file.ts';
import { unlessMissing } from './system-error.ts';

const log = loggerOf('records');

const DAMAGED = /\.damaged(-\d+)?$/;

/**
 * Renames an unreadable file before a new one replaces it: the user may want to repair it, and
 * `berth doctor` reports it. Returns the new name.
 */
export async function setAside(path: string): Promise<string> {
  let target = `${path}.damaged`;
  for (let count = 2; existsSync(target); count++) target = `${path}.damaged-${count}`;
  await moveFile(path, target);
  log.warn(`${path} is damaged. Berth renamed it to ${target}.`);
  return target;
}

/**
 * Call this before overwriting a file that counts as empty when unreadable. It moves the damaged
 * file aside so that no data is lost. Rejects if the system refuses to read the file, because then
 * the file may be fine.
 */
export async function replaceable(path: string, parse: (text: string) => unknown): Promise<void> {
  const text = await readFile(path, 'utf8').catch(unlessMissing);
  if (text === undefined) return;
  try {
    parse(text);
  } catch (error) {
    log.debug(`Reading ${path}`, error);
    await setAside(path);
  }
}

/** Lists the damaged files that were moved aside in a directory. */
export async function findDamaged(directory: string): Promise<string[]> {
  const names = (await readdir(directory).catch(unlessMissing)) ?? [];
  return names.filter((name) => DAMAGED.test(name)).map((name) => join(directory, name));
}

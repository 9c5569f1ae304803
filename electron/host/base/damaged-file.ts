import { existsSync } from 'node:fs';
import { readdir, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { loggerOf } from './log.ts';
import { unlessMissing } from './system-error.ts';

const log = loggerOf('records');

const DAMAGED = /\.damaged(-\d+)?$/;

/**
 * Keeps a file that can't be read, under another name beside it, before something takes its place:
 * the user may want to mend it. `berth doctor` tells of it. Answers the name.
 */
export async function setAside(path: string): Promise<string> {
  let target = `${path}.damaged`;
  for (let count = 2; existsSync(target); count++) target = `${path}.damaged-${count}`;
  await rename(path, target);
  log.warn(`${path} can't be read. It is kept as ${target}.`);
  return target;
}

/**
 * Before a file is written anew that counts as empty when it can't be read: it is set aside then,
 * rather than lost. Rejects when the system doesn't let it be read, as nothing is wrong with it.
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

/** The files in a directory that were set aside. */
export async function findDamaged(directory: string): Promise<string[]> {
  const names = (await readdir(directory).catch(unlessMissing)) ?? [];
  return names.filter((name) => DAMAGED.test(name)).map((name) => join(directory, name));
}

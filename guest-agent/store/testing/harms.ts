import { readFile, rm, writeFile } from 'node:fs/promises';

type Harm = (path: string) => Promise<void>;

/** Damage to a file by a failing disk or a power cut. */
export const harms: readonly (readonly [string, Harm])[] = [
  ['missing', (path) => rm(path)],
  ['empty', (path) => writeFile(path, '')],
  ['half', async (path) => writeFile(path, (await readFile(path, 'utf8')).slice(0, 5))],
  ['garbage', (path) => writeFile(path, Buffer.from([0xff, 0, 0x7b, 0x80]))],
];

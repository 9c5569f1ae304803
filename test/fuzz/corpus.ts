import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const directory = join(import.meta.dirname, 'corpus');

/** The inputs that once failed, by the names of their files. */
export function readCorpus(target: string): { name: string; input: Buffer }[] {
  const path = join(directory, target);
  if (!existsSync(path)) return [];
  return readdirSync(path)
    .sort()
    .map((name) => ({ name, input: readFileSync(join(path, name)) }));
}

/** Returns the path of the new file. */
export function keepInput(target: string, input: Buffer): string {
  mkdirSync(join(directory, target), { recursive: true });
  const name = createHash('sha256').update(input).digest('hex').slice(0, 16);
  const path = join(directory, target, name);
  writeFileSync(path, input);
  return path;
}

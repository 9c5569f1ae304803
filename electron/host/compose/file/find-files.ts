import { existsSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/** The default names of a Compose file; the first match counts. */
const NAMES = ['compose.yaml', 'compose.yml', 'docker-compose.yml', 'docker-compose.yaml'];
const OVERRIDES = [
  'compose.override.yml',
  'compose.override.yaml',
  'docker-compose.override.yml',
  'docker-compose.override.yaml',
];

/** Finds the Compose file of a directory or of its nearest parent that has one. */
export async function findComposeFile(directory: string): Promise<string | undefined> {
  for (const name of NAMES) {
    const path = join(directory, name);
    if (existsSync(path)) return path;
  }
  const parent = dirname(directory);
  return parent === directory ? undefined : findComposeFile(parent);
}

/** The Compose file and, if it has a default name, the override file beside it. */
export async function withOverride(file: string): Promise<string[]> {
  if (!NAMES.includes(basename(file))) return [file];
  for (const name of OVERRIDES) {
    const path = join(dirname(file), name);
    if (existsSync(path)) return [file, path];
  }
  return [file];
}

import { existsSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/** Names that a compose file has by itself, the first one found counts. */
const NAMES = ['compose.yaml', 'compose.yml', 'docker-compose.yml', 'docker-compose.yaml'];
const OVERRIDES = [
  'compose.override.yml',
  'compose.override.yaml',
  'docker-compose.override.yml',
  'docker-compose.override.yaml',
];

/** The compose file of a directory or of the nearest one above it. */
export async function findComposeFile(directory: string): Promise<string | undefined> {
  for (const name of NAMES) {
    const path = join(directory, name);
    if (existsSync(path)) return path;
  }
  const parent = dirname(directory);
  return parent === directory ? undefined : findComposeFile(parent);
}

/** A file and, when it has one of the usual names, the override file beside it. */
export async function withOverride(file: string): Promise<string[]> {
  if (!NAMES.includes(basename(file))) return [file];
  for (const name of OVERRIDES) {
    const path = join(dirname(file), name);
    if (existsSync(path)) return [file, path];
  }
  return [file];
}

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../..');

/**
 * The Electron to test with: the one that npm downloaded, else the program in
 * `BERTH_TEST_ELECTRON`. Undefined if there is none; the tests are then skipped.
 */
export function electronProgram(): string | undefined {
  const directory = join(root, 'node_modules/electron');
  const name = join(directory, 'path.txt');
  if (existsSync(name)) {
    const path = join(directory, 'dist', readFileSync(name, 'utf8'));
    if (existsSync(path)) return path;
  }
  return process.env.BERTH_TEST_ELECTRON || undefined;
}

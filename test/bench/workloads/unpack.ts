import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { scaled, type Workload } from './workload.ts';

const FILES = 30_000;
const IN_A_PACKAGE = 30;

let archive: { readonly path: string; readonly scale: number } | undefined;

/** A tar with the form of a `node_modules` folder: 1,000 packages of 30 files in 3 folders. */
function archiveOf(scale: number): string {
  if (archive?.scale === scale) return archive.path;
  const directory = mkdtempSync(join(tmpdir(), 'bench-unpack-'));
  process.once('exit', () => rmSync(directory, { recursive: true, force: true }));
  const text = Buffer.alloc(12_000, 'module.exports = require("./other");\n');
  for (let index = 0; index < scaled(FILES, scale); index++) {
    const name = join(directory, 'node_modules', `package-${Math.floor(index / IN_A_PACKAGE)}`);
    if (index % IN_A_PACKAGE === 0) mkdirSync(join(name, 'dist/esm'), { recursive: true });
    const folder = ['', 'dist', 'dist/esm'][index % 3] ?? '';
    // Most files of packages are small, and few are large.
    const length = index % 20 === 0 ? 12_000 : 300 + ((index * 131) % 2_500);
    writeFileSync(join(name, folder, `file-${index}.js`), text.subarray(0, length));
  }
  const path = join(directory, 'packages.tar');
  execFileSync('tar', ['-C', directory, '-cf', path, 'node_modules']);
  rmSync(join(directory, 'node_modules'), { recursive: true });
  archive = { path, scale };
  return path;
}

/** Unpacking a `node_modules` folder of 30,000 files. */
export const unpack: Workload = {
  prepare: (_, scale) => {
    archiveOf(scale);
  },
  steps: {
    unpacked: {
      run: (directory, scale) => {
        execFileSync('tar', ['-C', directory, '-xf', archiveOf(scale)]);
      },
    },
  },
};

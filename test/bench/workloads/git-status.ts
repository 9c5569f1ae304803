import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { scaled, type Workload } from './workload.ts';

const FILES = 20_000;
const IN_A_FOLDER = 50;

function git(directory: string, ...words: string[]): string {
  const identity = ['-c', 'user.name=bench', '-c', 'user.email=bench@localhost'];
  // A container's user may be another than the folder's.
  const options = [...identity, '-c', 'safe.directory=*', '-c', 'gc.auto=0'];
  return execFileSync('git', ['-C', join(directory, 'repository'), ...options, ...words], {
    encoding: 'utf8',
    maxBuffer: 64 * 1024 ** 2,
  });
}

function status(directory: string): void {
  const changes = git(directory, 'status', '--porcelain');
  if (changes !== '') throw new Error(`git finds changes: ${changes.slice(0, 200)}`);
}

/** `git status` in a repository of 20,000 files. */
export const gitStatus: Workload = {
  prepare: (directory, scale) => {
    mkdirSync(join(directory, 'repository'));
    git(directory, 'init', '--quiet');
    for (let index = 0; index < scaled(FILES, scale); index++) {
      const folder = join(directory, 'repository', `folder-${Math.floor(index / IN_A_FOLDER)}`);
      if (index % IN_A_FOLDER === 0) mkdirSync(folder);
      writeFileSync(join(folder, `file-${index}.ts`), `export const value = ${index};\n`);
    }
    git(directory, 'add', '.');
    git(directory, 'commit', '--quiet', '-m', 'first');
    // Git looks closer at files that are as new as its index.
    git(directory, 'status');
  },
  steps: {
    cold: { run: status, isCold: true },
    warm: { run: status },
  },
};

import { lstatSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { scaled, type Workload } from './workload.ts';

const FILES = 10_000;
const IN_A_FOLDER = 100;
const folder = (directory: string) => join(directory, 'many');

/** 10,000 files of 200 bytes to 2 KB, 100 in a folder. */
function* names(directory: string, scale: number): Generator<string> {
  for (let index = 0; index < scaled(FILES, scale); index++) {
    yield join(folder(directory), `${Math.floor(index / IN_A_FOLDER)}`, `file-${index}.txt`);
  }
}

/** As `ls -lR` does. */
function list(directory: string): void {
  for (const entry of readdirSync(directory, { withFileTypes: true })) {
    const path = join(directory, entry.name);
    lstatSync(path);
    if (entry.isDirectory()) list(path);
  }
}

function readAll(directory: string, scale: number): void {
  for (const name of names(directory, scale)) readFileSync(name);
}

export const smallFiles: Workload = {
  prepare: (directory) => mkdirSync(folder(directory)),
  steps: {
    created: {
      run: (directory, scale) => {
        const text = Buffer.alloc(2_000, 'text of a small file\n');
        let index = 0;
        for (const name of names(directory, scale)) {
          if (index % IN_A_FOLDER === 0) mkdirSync(join(name, '..'));
          writeFileSync(name, text.subarray(0, 200 + ((index * 37) % 1_800)));
          index++;
        }
      },
    },
    'listed first': { run: (directory) => list(folder(directory)), isCold: true },
    'listed again': { run: (directory) => list(folder(directory)) },
    'looked at again': {
      run: (directory, scale) => {
        for (const name of names(directory, scale)) lstatSync(name);
      },
    },
    'read first': { run: readAll, isCold: true },
    // The access time may change with the first reading, so that the kernel asks once more.
    'read a second time': { run: readAll },
    'read a third time': { run: readAll },
    removed: { run: (directory) => rmSync(folder(directory), { recursive: true }) },
  },
};

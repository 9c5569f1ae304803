import { closeSync, fsyncSync, ftruncateSync, openSync, readSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { scaled, type Workload } from './workload.ts';

const MiB = 1024 * 1024;
const MEBIBYTES = 1024;
const RANDOM_MEBIBYTES = 64;
const READS = 100_000;
const PAGE = 4096;

const file = (directory: string) => join(directory, 'large');

function write(directory: string, mebibytes: number): void {
  const block = Buffer.alloc(MiB, 'large');
  const fd = openSync(file(directory), 'w');
  for (let index = 0; index < mebibytes; index++) writeSync(fd, block);
  fsyncSync(fd);
  closeSync(fd);
}

function readThrough(directory: string): void {
  const block = Buffer.alloc(MiB);
  const fd = openSync(file(directory), 'r');
  while (readSync(fd, block, 0, MiB, null) > 0);
  closeSync(fd);
}

/** Writing and reading 1 GB from start to end. */
export const sequential: Workload = {
  prepare: (directory) => {
    const fd = openSync(file(directory), 'w');
    ftruncateSync(fd, 0);
    closeSync(fd);
  },
  steps: {
    written: { run: (directory, scale) => write(directory, scaled(MEBIBYTES, scale)) },
    read: { run: readThrough, isCold: true },
  },
};

/** 100,000 reads of 4 KB, from a file that the kernel has read. */
export const randomReads: Workload = {
  prepare: (directory, scale) => {
    write(directory, scaled(RANDOM_MEBIBYTES, scale));
    readThrough(directory);
  },
  steps: {
    read: {
      run: (directory, scale) => {
        const pages = (scaled(RANDOM_MEBIBYTES, scale) * MiB) / PAGE;
        const page = Buffer.alloc(PAGE);
        const fd = openSync(file(directory), 'r');
        let random = 1;
        for (let index = 0; index < scaled(READS, scale); index++) {
          random = (Math.imul(random, 1_664_525) + 1_013_904_223) >>> 0;
          readSync(fd, page, 0, PAGE, (random % pages) * PAGE);
        }
        closeSync(fd);
      },
    },
  },
};

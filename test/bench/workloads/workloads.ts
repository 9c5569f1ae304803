import { compile } from './compile.ts';
import { gitStatus } from './git-status.ts';
import { randomReads, sequential } from './large-file.ts';
import { smallFiles } from './small-files.ts';
import { unpack } from './unpack.ts';
import type { Workload } from './workload.ts';

/** What is measured in a folder, with the title of its figures. */
export const workloads = {
  'small-files': { title: '10,000 small files', workload: smallFiles },
  'git-status': { title: 'git status of 20,000 files', workload: gitStatus },
  unpack: { title: 'node_modules of 30,000 files', workload: unpack },
  sequential: { title: '1 GB in sequence', workload: sequential },
  'random-reads': { title: '100,000 pages at random', workload: randomReads },
  compile: { title: 'C project of 500 files', workload: compile },
} as const satisfies Readonly<Record<string, { title: string; workload: Workload }>>;

export type WorkloadName = keyof typeof workloads;
export const workloadNames = Object.keys(workloads) as WorkloadName[];

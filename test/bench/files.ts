import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { programs } from '../files/image/program-paths.ts';
import { writeProgramsImage } from '../files/image/programs-image.ts';
import { berth } from './berth.ts';
import type { Figure } from './figure.ts';
import type { BenchMachine } from './machine.ts';
import { type MeasuredStep, measuredStep } from './workloads/measure.ts';
import { workloadNames, workloads } from './workloads/workloads.ts';

const PROGRAM = join(import.meta.dirname, 'workloads/main.ts');
const IMAGE = 'bench/files:1';

export interface FilesOptions {
  /** Folders of this system to measure in. Without them, a shared folder of a VM and a volume. */
  readonly directory?: string;
  readonly beside?: string;
  readonly workload: readonly string[];
  readonly scale: string;
  readonly rounds: string;
}

/** Work with files in a shared folder, and the same work in a named volume, in one container. */
export async function benchFiles(
  machine: BenchMachine,
  { directory, beside, workload, scale, rounds }: FilesOptions,
): Promise<Figure[]> {
  const unknown = workload.filter((name) => !(name in workloads));
  if (unknown.length > 0) {
    throw new Error(`no workload ${unknown.join(', ')}. Choose from: ${workloadNames.join(', ')}`);
  }
  const options = ['--scale', scale, '--rounds', rounds, ...workload];
  if (directory !== undefined && beside !== undefined) {
    const words = ['--directory', directory, '--beside', beside, ...options];
    const { stdout } = await promisify(execFile)(process.execPath, [PROGRAM, ...words]);
    return figures(stdout, 'the folder beside', Number(scale));
  }
  if (directory !== undefined || beside !== undefined) {
    throw new Error('files needs both --directory and --beside, or neither');
  }
  return figures(await inVm(machine, options), 'a volume', Number(scale));
}

/** The output of the workloads in a container with a shared folder and a volume. */
async function inVm(machine: BenchMachine, options: readonly string[]): Promise<string> {
  const { sharedFolders } = await (await machine.host()).settings.read();
  const share = sharedFolders.find(({ readOnly }) => !readOnly);
  if (!share) throw new Error('no folder is shared for writing');
  const directory = await mkdtemp(join(tmpdir(), 'berth-bench-'));
  const folder = await mkdtemp(join(share.path, 'bench-'));
  try {
    const tar = join(directory, 'image.tar');
    await writeProgramsImage(tar);
    await berth(machine, 'import', tar, IMAGE);
    // Only a privileged container can let the kernel drop its caches.
    const command = ['run', '--rm', '--privileged', '-v', `${folder}:/shared`, '-v', 'bench:/own'];
    return await berth(
      machine,
      ...[...command, IMAGE, programs.node, programs.workloads],
      ...['--directory', '/shared', '--beside', '/own', ...options],
    );
  } finally {
    await rm(folder, { recursive: true });
    await rm(directory, { recursive: true });
  }
}

function figures(output: string, peer: string, scale: number): Figure[] {
  const steps = output
    .trim()
    .split('\n')
    .map((line) => measuredStep.parse(JSON.parse(line)));
  return steps.map((step) => figureOf(step, peer, scale));
}

function figureOf(measured: MeasuredStep, peer: string, scale: number): Figure {
  const { workload, step, kind, milliseconds, beside, isAsMeant } = measured;
  const size = scale === 1 ? '' : ` × ${scale}`;
  const note = isAsMeant ? '' : ', not cold';
  return {
    name: `${workloads[workload].title}${size}: ${step}${note} (${kind})`,
    ...{ value: milliseconds, unit: 'ms' },
    peer: { name: peer, value: beside },
  };
}

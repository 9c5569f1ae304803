import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { mountKindOf, mountKinds } from '../../files/system/mount-kind.ts';
import { dropCaches, type Workload } from './workload.ts';
import { type WorkloadName, workloadNames, workloads } from './workloads.ts';

/** What the program of the workloads prints, as one line of JSON for each step. */
export const measuredStep = z.object({
  workload: z.enum(workloadNames),
  /** What serves the folder. */
  kind: z.enum(mountKinds),
  step: z.string(),
  /** The shortest of all rounds, in milliseconds, in the folder and in the one beside it. */
  milliseconds: z.number(),
  beside: z.number(),
  /** False if the step should be cold, but this process can't drop the kernel's caches. */
  isAsMeant: z.boolean(),
});
export type MeasuredStep = z.infer<typeof measuredStep>;

export interface MeasureOptions {
  readonly directory: string;
  readonly beside: string;
  readonly scale: number;
  readonly rounds: number;
}

/** Does the same work in two folders, in turn, and in the other order each round. */
export function measure(name: WorkloadName, options: MeasureOptions): MeasuredStep[] {
  const { workload }: { workload: Workload } = workloads[name];
  const best = new Map<string, { milliseconds: number; beside: number; isAsMeant: boolean }>();
  for (let round = 0; round < options.rounds; round++) {
    const sides = ['milliseconds', 'beside'] as const;
    for (const side of round % 2 === 0 ? sides : sides.toReversed()) {
      const folder = side === 'beside' ? options.beside : options.directory;
      for (const { step, taken, isAsMeant } of runOnce(workload, folder, options.scale)) {
        const before = best.get(step) ?? {
          ...{ milliseconds: Number.POSITIVE_INFINITY, beside: Number.POSITIVE_INFINITY },
          isAsMeant: true,
        };
        const isBoth = before.isAsMeant && isAsMeant;
        best.set(step, { ...before, [side]: Math.min(before[side], taken), isAsMeant: isBoth });
      }
    }
  }
  const kind = mountKindOf(options.directory);
  return [...best].map(([step, figures]) => ({ workload: name, kind, step, ...figures }));
}

function runOnce(workload: Workload, folder: string, scale: number) {
  const directory = mkdtempSync(join(folder, 'bench-'));
  try {
    workload.prepare(directory, scale);
    return Object.entries(workload.steps).map(([step, { run, isCold = false }]) => {
      const isAsMeant = !isCold || dropCaches();
      const start = performance.now();
      run(directory, scale);
      return { step, taken: performance.now() - start, isAsMeant };
    });
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

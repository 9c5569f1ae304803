import type { BuildStep } from '../../../electron/api/builds.ts';

/** The steps of a stage, or the build's own steps before and after the stages. */
export interface StepGroup {
  readonly title: string;
  readonly steps: readonly BuildStep[];
  /** The other stages from which the stage takes files. */
  readonly uses: readonly string[];
}

/** Groups steps by stage, in the order in which the stages begin. */
export function stepGroups(steps: readonly BuildStep[]): StepGroup[] {
  const stages = new Map<string, BuildStep[]>();
  for (const step of steps) {
    if (step.stage === undefined) continue;
    stages.set(step.stage, [...(stages.get(step.stage) ?? []), step]);
  }
  const own = steps.filter(({ stage }) => stage === undefined);
  const isFirst = ({ instruction }: BuildStep) => instruction.startsWith('[internal]');
  return [
    { title: 'Preparation', steps: own.filter(isFirst), uses: [] },
    ...[...stages].map(([stage, inStage]) => ({
      title: stage === '' ? 'Stage' : `Stage ${stage}`,
      steps: inStage,
      uses: usedBy(inStage, steps).filter((name) => name !== stage),
    })),
    { title: 'Result', steps: own.filter((step) => !isFirst(step)), uses: [] },
  ].filter((group) => group.steps.length > 0);
}

/** The steps from which a step takes files. */
export function inputsOf({ inputs }: BuildStep, steps: readonly BuildStep[]): BuildStep[] {
  return inputs.flatMap((id) => steps.find((step) => step.id === id) ?? []);
}

function usedBy(inStage: readonly BuildStep[], steps: readonly BuildStep[]): string[] {
  const stages = inStage.flatMap((step) =>
    inputsOf(step, steps).flatMap(({ stage }) => stage ?? []),
  );
  return [...new Set(stages)];
}

/** When a step ran, as shares of the whole build. */
export function spanOf(
  { startedAt, milliseconds }: BuildStep,
  steps: readonly BuildStep[],
  now: number,
): { readonly start: number; readonly length: number } {
  const begin = Math.min(...steps.map((step) => Date.parse(step.startedAt)));
  const end = Math.max(...steps.map((step) => endOf(step, now)));
  const whole = Math.max(1, end - begin);
  const start = Date.parse(startedAt);
  const length = milliseconds ?? now - start;
  return { start: (start - begin) / whole, length: Math.max(0, length) / whole };
}

const endOf = ({ startedAt, milliseconds }: BuildStep, now: number) =>
  milliseconds === undefined ? now : Date.parse(startedAt) + milliseconds;

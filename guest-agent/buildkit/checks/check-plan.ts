import { BuildArgs, type BuildArgValues } from '../../build/build-args.ts';
import { buildkit } from '../../build/dialect.ts';
import type { Dockerfile } from '../../build/dockerfile/parse.ts';
import { suggestion } from '../../build/dockerfile/suggestion.ts';
import { arg } from '../../build/instructions/arg.ts';
import { type BuildPlan, planBuild } from '../../build/stages.ts';
import { EngineError } from '../../errors.ts';
import type { Platform } from '../../registry/platform.ts';
import { checkDefaultBases, checkFrom } from './from-checks.ts';
import { placed } from './placed.ts';
import { checkCircles } from './reference-checks.ts';
import { linesOf, type Report } from './report.ts';
import { checkKeywordCase, checkStageNames } from './stage-checks.ts';

/** What the client asks for. */
export interface PlanRequest {
  readonly buildArgs: BuildArgValues;
  readonly target: string;
  /** For which names of stages the client gave a context. */
  readonly isReplaced: (name: string) => boolean;
}

/**
 * Checks what shows before the base images are known, in all stages. Returns which arguments each
 * `FROM` uses. Throws EngineError in BuildKit's words.
 */
export function checkPlan(
  dockerfile: Dockerfile,
  { buildArgs: given, target, isReplaced }: PlanRequest,
  platform: Platform | undefined,
  report: Report,
): ReadonlySet<string>[] {
  const { escapeChar } = dockerfile;
  if (!dockerfile.instructions.some(({ keyword }) => keyword === 'FROM')) {
    throw new EngineError('invalid', 'dockerfile contains no stages to build');
  }
  const plan = planBuild(dockerfile, '');
  checkStageNames(plan.stages, report);
  checkKeywordCase(plan.stages, report);
  const values = (args: BuildArgValues) => globalValues(plan, args, platform, escapeChar);
  checkDefaultBases(plan.stages, () => values({}), escapeChar, report);
  const args = { declared: plan.globals, values: values(given), escapeChar };
  const used = plan.stages.map((stage) => checkFrom(stage, args, report));
  // Only the classic builder knows stages by their number.
  const isNamed = plan.stages.some(({ name }) => name !== '' && name === target.toLowerCase());
  if (target !== '' && !isNamed) {
    const hint = suggestion(target, plan.stages.map(({ name }) => name).filter(Boolean));
    throw new EngineError('invalid', `target stage "${target}" could not be found${hint}`);
  }
  checkCircles(plan.stages, isReplaced);
  return used;
}

/** The values of the arguments before the first `FROM`, and of the predefined ones. */
function globalValues(
  { globals }: BuildPlan,
  given: BuildArgValues,
  platform: Platform | undefined,
  escapeChar: string,
): ReadonlyMap<string, string> {
  const args = new BuildArgs(given, platform);
  for (const instruction of globals) {
    placed(linesOf(instruction), () =>
      arg({ args, escapeChar, dialect: buildkit }, undefined, instruction),
    );
  }
  return args.globals();
}

import { BuildArgs, type BuildArgValues } from '../../build/build-args.ts';
import { buildkit } from '../../build/dialect.ts';
import type { Dockerfile } from '../../build/dockerfile/parse.ts';
import { arg } from '../../build/instructions/arg.ts';
import { type BuildPlan, planBuild } from '../../build/stages.ts';
import type { Platform } from '../../registry/platform.ts';
import { checkDefaultBases, checkFrom } from './from-checks.ts';
import type { Report } from './report.ts';
import { checkKeywordCase, checkStageNames } from './stage-checks.ts';

/**
 * Checks what shows before the base images are known, in all stages. Returns which arguments each
 * `FROM` uses. Throws DockerfileError in BuildKit's words.
 */
export function checkPlan(
  dockerfile: Dockerfile,
  given: BuildArgValues,
  platform: Platform | undefined,
  report: Report,
): ReadonlySet<string>[] {
  const { escapeChar } = dockerfile;
  const plan = planBuild(dockerfile, '');
  checkStageNames(plan.stages, report);
  checkKeywordCase(plan.stages, report);
  const values = (args: BuildArgValues) => globalValues(plan, args, platform, escapeChar);
  checkDefaultBases(plan.stages, values({}), escapeChar, report);
  const args = { declared: plan.globals, values: values(given), escapeChar };
  return plan.stages.map((stage) => checkFrom(stage, args, report));
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
    arg({ args, escapeChar, dialect: buildkit }, undefined, instruction);
  }
  return args.globals();
}

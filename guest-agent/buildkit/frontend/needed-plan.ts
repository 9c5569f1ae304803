import type { BuildArgs } from '../../build/build-args.ts';
import { buildkit } from '../../build/dialect.ts';
import type { Dockerfile } from '../../build/dockerfile/parse.ts';
import { arg } from '../../build/instructions/arg.ts';
import { checkStep } from '../../build/instructions/check-step.ts';
import { type BuildPlan, planBuild, type Stage, withLabels } from '../../build/stages.ts';
import { checkBaseNames } from './base-images.ts';
import { markNeeded } from './needed-stages.ts';
import type { FrontendRequest } from './request.ts';

/** The plan up to the target. */
interface NeededPlan extends BuildPlan {
  /** The Dockerfile's stages, also those after the target. */
  readonly all: readonly Stage[];
}

/**
 * The plan up to the target, with the stages marked that the target doesn't need. Declares the
 * arguments before the first `FROM` in `args`.
 */
export function neededPlan(
  dockerfile: Dockerfile,
  request: FrontendRequest,
  args: BuildArgs,
): NeededPlan {
  const { target, labels, withoutCache } = request;
  const { escapeChar } = dockerfile;
  const plan = withLabels(planBuild(dockerfile, target), labels);
  for (const instruction of plan.globals) {
    arg({ args, escapeChar, dialect: buildkit }, undefined, instruction);
  }
  const needed = markNeeded(plan.stages, args.globals(), escapeChar, isReplacedIn(request));
  const all = planBuild(dockerfile, '').stages;
  for (const { instructions, isSkipped } of needed) {
    if (isSkipped) continue;
    for (const instruction of instructions) checkStep(instruction, all.length);
  }
  checkBaseNames(all, args.globals(), escapeChar, isReplacedIn(request));
  const stages = needed.map((stage) =>
    Array.isArray(withoutCache) && withoutCache.includes(stage.name)
      ? { ...stage, ignoresCache: true }
      : stage,
  );
  return { globals: plan.globals, stages, all };
}

/** Says for which names the client gave a context. */
export function isReplacedIn({ namedContexts }: FrontendRequest): (name: string) => boolean {
  return (name) => namedContexts.has(name.toLowerCase());
}

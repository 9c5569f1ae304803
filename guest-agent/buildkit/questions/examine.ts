import { BuildArgs } from '../../build/build-args.ts';
import { ignorePatterns } from '../../build/ignore.ts';
import type { Stage } from '../../build/stages.ts';
import { checkPlan } from '../checks/check-plan.ts';
import type { Report } from '../checks/report.ts';
import type { StageFacts } from '../checks/stage-facts.ts';
import { walkStages } from '../checks/walk-stages.ts';
import { baseImages } from '../frontend/base-images.ts';
import { readIgnoreFile } from '../frontend/definition.ts';
import { isReplacedIn, neededPlan } from '../frontend/needed-plan.ts';
import { type ParsedDefinition, parseDefinition } from '../frontend/parsed-definition.ts';
import { takenImages } from '../frontend/taken-images.ts';
import type { QuestionContext } from './question-context.ts';
import { checkTaken, questionImages } from './question-images.ts';

/** What is known of a Dockerfile without building it. */
export interface Examined extends ParsedDefinition {
  readonly stages: readonly Stage[];
  /** Undefined for stages that the target doesn't need. */
  readonly facts: readonly (StageFacts | undefined)[];
  /** Which arguments the `FROM` of each stage uses. */
  readonly usedByFrom: readonly ReadonlySet<string>[];
  /** The arguments before the first `FROM`, and the predefined ones. */
  readonly globals: ReadonlyMap<string, string>;
}

/**
 * Follows the instructions up to the target, or those of all stages. Throws EngineError as a build
 * does.
 */
export async function examine(
  context: QuestionContext,
  report: Report,
  { allStages }: { allStages: boolean },
): Promise<Examined> {
  const { job, request, definition, sources } = context;
  const parsed = await parseDefinition(definition, job, report);
  const { dockerfile } = parsed;
  const { escapeChar } = dockerfile;
  const { buildArgs: given } = request;
  const [platform] = request.platforms;
  const isReplaced = isReplacedIn(request);
  const usedByFrom = checkPlan(dockerfile, { ...request, isReplaced }, platform, report);
  const args = new BuildArgs(given, platform);
  const plan = neededPlan(dockerfile, request, args);
  const { all } = plan;
  const stages = plan.stages.map((stage) => {
    const isSkipped = allStages ? isReplaced(stage.name) : stage.isSkipped === true;
    return { ...stage, isSkipped };
  });
  const globals = args.globals();
  const always = request.alwaysPull;
  const bases = baseImages(stages, globals, escapeChar, { always, isReplaced });
  const images = await questionImages(context, bases);
  await checkTaken(context, takenImages(stages, { all, isReplaced }));
  const ignored =
    request.context === '' ? await readIgnoreFile(job, sources.context, definition) : '';
  const facts = walkStages(stages, (stage) => images.get(stage), {
    ...{ escapeChar, given, globals, report, ignores: ignorePatterns(ignored), isReplaced },
    all,
  });
  report.failIfWarned();
  return { ...parsed, stages, facts, usedByFrom, globals };
}

import { arg } from './instructions/arg.ts';
import { runStage } from './run-stage.ts';
import type { BuildSession, FinishedStage, Progress, StageState } from './session.ts';
import type { BuildPlan } from './stages.ts';

/** Performs the instructions of a plan one after the other. Returns the last stage's result. */
export async function* runPlan(
  build: BuildSession,
  { globals, stages }: BuildPlan,
): Progress<StageState | undefined> {
  for (const instruction of globals) {
    yield { kind: 'step', instruction, stage: undefined, variables: build.args.globals() };
    arg(build, undefined, instruction);
  }
  const done: (FinishedStage | undefined)[] = [];
  const finished = async (stage: number) => done[stage];
  for (const [number, stage] of stages.entries()) {
    const session = { ...build, args: build.args.forStage(), stage: number, finished };
    done.push(stage.isSkipped ? undefined : yield* runStage(session, stage));
  }
  const names = build.args.unused();
  if (names.length > 0) yield { kind: 'unused-args', names };
  return done.at(-1);
}

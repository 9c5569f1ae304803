import { arg } from './instructions/arg.ts';
import { from } from './instructions/from.ts';
import { perform } from './instructions/perform.ts';
import {
  type BuildSession,
  type FinishedStage,
  type Progress,
  type StageState,
  variablesOf,
} from './session.ts';
import type { BuildPlan, Stage } from './stages.ts';

/** Performs the instructions of a plan one after the other. Returns the last stage's result. */
export async function* runPlan(
  session: BuildSession,
  { globals, stages }: BuildPlan,
): Progress<StageState | undefined> {
  for (const instruction of globals) {
    yield { kind: 'step', instruction, stage: undefined, variables: session.args.globals() };
    arg(session, undefined, instruction);
  }
  for (const stage of stages) {
    session.finished.push(stage.isSkipped ? undefined : yield* runStage(session, stage));
  }
  const names = session.args.unused();
  if (names.length > 0) yield { kind: 'unused-args', names };
  return session.finished.at(-1);
}

async function* runStage(build: BuildSession, stage: Stage): Progress<FinishedStage> {
  const session = stage.ignoresCache
    ? { ...build, options: { ...build.options, useCache: false } }
    : build;
  const number = session.finished.length;
  const globals = session.args.globals();
  yield { kind: 'step', instruction: stage.from, stage: number, variables: globals };
  let state: StageState = yield* from(session, stage);
  for (const instruction of stage.instructions) {
    session.signal.throwIfAborted();
    const variables = variablesOf(session, state);
    yield { kind: 'step', instruction, stage: number, variables };
    state = yield* perform(session, state, instruction);
  }
  return { ...state, args: new Map(session.args.declared()) };
}

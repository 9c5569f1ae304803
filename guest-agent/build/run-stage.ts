import { from } from './instructions/from.ts';
import { perform } from './instructions/perform.ts';
import { staysAtRoot } from './instructions/working-directory.ts';
import {
  type BuildSession,
  type FinishedStage,
  type Progress,
  type StageState,
  variablesOf,
} from './session.ts';
import { usedStages } from './stage-uses.ts';
import type { Stage } from './stages.ts';
import { hasFiles, tellBase } from './take-step.ts';

/** Performs the instructions of one stage. `build.args` are the stage's own. */
export async function* runStage(build: BuildSession, stage: Stage): Progress<FinishedStage> {
  const session = stage.ignoresCache
    ? { ...build, options: { ...build.options, useCache: false } }
    : build;
  const { args } = session;
  const number = session.stage;
  yield { kind: 'step', instruction: stage.from, stage: number, variables: args.globals() };
  let state: StageState = yield* from(session, stage);
  session.signal.throwIfAborted();
  for (const instruction of stage.instructions) {
    await usedStages(session, instruction);
    session.signal.throwIfAborted();
    const variables = variablesOf(session, state);
    const atRoot = staysAtRoot(session, state, instruction, variables);
    yield { kind: 'step', instruction, stage: number, variables, staysAtRoot: atRoot };
    state = yield* perform(session, state, instruction);
  }
  // What uses the stage needs the files of an image that the stage didn't change.
  if (session.steps && !hasFiles(state)) yield* tellBase(session.steps, state, false);
  return { ...state, args: args.inheritable() };
}

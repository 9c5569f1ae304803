import { arg } from './instructions/arg.ts';
import { from } from './instructions/from.ts';
import { perform } from './instructions/perform.ts';
import type { BuildSession, Progress, StageState } from './session.ts';
import type { BuildPlan } from './stages.ts';

/** Performs the instructions of a plan one after the other. Returns the last stage's result. */
export async function* runPlan(
  session: BuildSession,
  plan: BuildPlan,
): Progress<StageState | undefined> {
  for (const instruction of plan.globals) {
    yield { kind: 'step', instruction, stage: undefined };
    arg(session, undefined, instruction);
  }
  for (const [
    stage,
    { from: instruction, instructions, isSkipped, ...rest },
  ] of plan.stages.entries()) {
    if (isSkipped) {
      session.finished.push(undefined);
      continue;
    }
    yield { kind: 'step', instruction, stage };
    let state: StageState = yield* from(session, { from: instruction, instructions, ...rest });
    for (const instruction of instructions) {
      session.signal.throwIfAborted();
      yield { kind: 'step', instruction, stage };
      state = yield* perform(session, state, instruction);
    }
    session.finished.push({ ...state, args: new Map(session.args.declared()) });
  }
  const names = session.args.unused();
  if (names.length > 0) yield { kind: 'unused-args', names };
  return session.finished.at(-1);
}

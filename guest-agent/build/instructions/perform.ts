import { EngineError } from '../../errors.ts';
import { commitStep } from '../commit-step.ts';
import { nameValues } from '../dockerfile/arguments.ts';
import type { Instruction } from '../dockerfile/parse.ts';
import { expandWord } from '../dockerfile/substitution.ts';
import { type BuildSession, type Progress, type StageState, variablesOf } from '../session.ts';
import { FilesDiffer } from '../stage-hash.ts';
import { isFromFlags } from '../stages.ts';
import { arg } from './arg.ts';
import { checkDialect } from './check-flags.ts';
import { copy } from './copy.ts';
import { metadataInstructions } from './metadata.ts';
import { run } from './run.ts';
import { changeDirectory } from './working-directory.ts';

/** Performs one instruction of a stage. */
export async function* perform(
  session: BuildSession,
  state: StageState,
  instruction: Instruction,
): Progress<StageState> {
  try {
    return yield* performOnce(session, state, instruction);
  } catch (error) {
    if (!(error instanceof FilesDiffer)) throw error;
    return yield* performOnce({ ...session, readsStages: true }, state, instruction);
  }
}

async function* performOnce(
  session: BuildSession,
  state: StageState,
  instruction: Instruction,
): Progress<StageState> {
  const { keyword } = instruction;
  checkDialect(instruction, session.dialect);
  switch (keyword) {
    case 'RUN':
      return yield* run(session, state, instruction);
    case 'COPY':
    case 'ADD':
      return yield* copy(session, state, instruction);
    case 'WORKDIR':
      return yield* changeDirectory(session, state, instruction);
    case 'ARG': {
      const createdBy = session.dialect.withoutRun(arg(session, state, instruction));
      return yield* commitStep(session, state, { createdBy, config: state.config });
    }
  }
  const apply = metadataInstructions[keyword];
  if (apply === undefined) throw new EngineError('invalid', `unknown instruction: ${keyword}`);
  const { args, escapeChar } = session;
  const variables = variablesOf(session, state);
  const { comment, ...metadata } = apply(instruction, {
    ...{ config: state.config, variables, escapeChar },
    hasOwnCommand: state.hasOwnCommand,
    dialect: session.dialect,
  });
  if (keyword === 'ENV') {
    for (const [name] of nameValues(keyword, instruction.text, escapeChar)) {
      args.overrideBy(expandWord(name, variables, escapeChar));
    }
  }
  const createdBy = session.dialect.withoutRun(comment);
  const isHidden =
    (keyword === 'ONBUILD' && !session.dialect.notesTriggers) ||
    (isFromFlags(instruction) && !session.dialect.notesLabels);
  const next = yield* commitStep(session, state, { createdBy, isHidden, ...metadata });
  return { ...next, hasOwnCommand: state.hasOwnCommand || keyword === 'CMD' };
}

import { EngineError } from '../../errors.ts';
import { splitEntry } from '../../grammar/key-values.ts';
import { quotedWords } from '../dockerfile/arguments.ts';
import type { Instruction } from '../dockerfile/parse.ts';
import { expandWord } from '../dockerfile/substitution.ts';
import { type BuildSession, type StageState, variablesOf } from '../session.ts';

/**
 * `ARG name[=default] …` declares build arguments: for `FROM` lines and later stages if no stage
 * has begun yet. Returns the instruction with its variables replaced.
 */
export function arg(
  session: Pick<BuildSession, 'args' | 'escapeChar' | 'dialect'>,
  state: StageState | undefined,
  { text }: Instruction,
): string {
  const declared = quotedWords(text, session.escapeChar).map((word) => {
    // An argument's default can use the argument before it.
    const variables = state === undefined ? session.args.globals() : variablesOf(session, state);
    const [rawName, rawValue] = splitEntry(word);
    const name = expandWord(rawName, variables, session.escapeChar);
    if (name === '') throw new EngineError('invalid', 'ARG names can not be blank');
    // BuildKit doesn't look at a default that isn't needed. The classic builder shows it.
    const isNeeded = session.dialect.name === 'classic' || !session.args.isGiven(name);
    const value =
      rawValue === undefined || !isNeeded
        ? undefined
        : expandWord(rawValue, variables, session.escapeChar);
    if (state === undefined) session.args.declareGlobal(name, value);
    const effective =
      state === undefined
        ? value
        : session.args.declare(name, value, { overrides: session.dialect.name === 'buildkit' });
    const shown = session.dialect.argValue(effective, value);
    return shown === undefined ? name : `${name}=${shown}`;
  });
  return `ARG ${declared.join(' ')}`;
}

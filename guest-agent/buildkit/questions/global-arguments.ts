import type { BuildArgValues } from '../../build/build-args.ts';
import { quotedWords } from '../../build/dockerfile/arguments.ts';
import type { Instruction } from '../../build/dockerfile/parse.ts';
import { expandWord } from '../../build/dockerfile/substitution.ts';
import { ReadVariables } from '../checks/read-variables.ts';
import type { DeclaredArgument } from '../checks/stage-facts.ts';

/** An `ARG` before the first `FROM`, and the arguments that its default uses. */
export interface GlobalArgument extends DeclaredArgument {
  readonly uses: ReadonlySet<string>;
}

/** The arguments before the first `FROM`, by name. The last declaration counts. */
export function globalArguments(
  declarations: readonly Instruction[],
  given: BuildArgValues,
  values: ReadonlyMap<string, string>,
  escapeChar: string,
): ReadonlyMap<string, GlobalArgument> {
  const found = new Map<string, GlobalArgument>();
  for (const instruction of declarations) {
    for (const word of quotedWords(instruction.text, escapeChar)) {
      const [name = '', ...rest] = word.split('=');
      const variables = new ReadVariables(values);
      const isGiven = Object.hasOwn(given, name);
      if (!isGiven && rest.length > 0) expandWord(rest.join('='), variables, escapeChar);
      const isOwn = variables.found.delete(name);
      const before = isOwn ? (found.get(name)?.uses ?? []) : [];
      const uses = new Set([...variables.found, ...before]);
      const isValued = isGiven || rest.length > 0;
      found.set(name, {
        ...{ name, instruction, uses },
        value: isValued ? (values.get(name) ?? '') : '',
      });
    }
  }
  return found;
}

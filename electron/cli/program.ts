import { Command } from 'commander';
import { booleanFlags } from './boolean-flags.ts';
import { groups, type Verb, verbs } from './command-table.ts';
import type { CliContext } from './context.ts';
import { groupFlags } from './group-flags.ts';
import { BERTH_VERSION } from './version.ts';

const GROUP_HEADING = 'Management commands:';

/** For the completion scripts. Not in the command table, which completion itself reads. */
const COMPLETE = '__complete';
const complete: Verb = {
  summary: 'Complete a command line',
  load: async () => (await import('./commands/berth/complete.ts')).define,
};

/** A command line that is ready to be parsed. */
export interface Program {
  readonly command: Command;
  readonly words: readonly string[];
  /** The command that the words name; the program itself if they name no command. */
  readonly named: Command;
}

/**
 * The `berth` program. Registers every command by name and summary, but loads only the command that
 * `words` (the command line without `berth`) name.
 */
export async function createProgram(
  context: CliContext,
  words: readonly string[],
): Promise<Program> {
  // `berth help run` is `berth run --help`.
  let asked = words[0] === 'help' ? [...words.slice(1), '--help'] : words;
  const [first = ''] = asked;
  const program = new Command('berth')
    .description('Linux containers with a click')
    .usage('<command>')
    .version(`berth version ${BERTH_VERSION}`, '-v, --version', 'Print version information')
    .option('--machine <name>', 'Use this VM instead of the current one')
    .helpOption('-h, --help', 'Show this help')
    .helpCommand(false)
    .enablePositionalOptions()
    .exitOverride()
    .configureOutput({
      writeOut: (text) => context.stdout.write(text),
      // exit-code.ts reports errors, once. A group without a subcommand shows its help.
      writeErr: (text) => context.stdout.write(text),
      outputError: () => {},
    });
  const isComplete = first === COMPLETE;
  const completion = await addVerb(program, COMPLETE, complete, isComplete, context);
  let named = isComplete ? completion : program;
  let depth = isComplete ? 1 : 0;
  for (const [heading, headed] of Object.entries(verbs)) {
    for (const [name, verb] of Object.entries(headed)) {
      const command = await addVerb(program, name, verb, name === first, context);
      command.helpGroup(heading);
      if (name !== first) continue;
      named = command;
      depth = 1;
    }
  }
  for (const [name, group] of Object.entries(groups)) {
    const parent = program
      .command(name)
      .summary(group.summary)
      .description(group.summary)
      .helpGroup(GROUP_HEADING)
      .usage('<command>')
      .helpCommand(false)
      .enablePositionalOptions();
    group.flags?.(parent);
    if (name === first) {
      named = parent;
      depth = 1;
      // The verb takes the flags of its group.
      const { flags, rest } = groupFlags(parent, asked.slice(1));
      if (rest.length > 0) asked = [first, ...rest.slice(0, 1), ...flags, ...rest.slice(1)];
    }
    const [, second = ''] = asked;
    for (const [verbName, verb] of Object.entries(group.verbs)) {
      const isNamed = name === first && isCalled(verbName, verb, second);
      const command = await addVerb(parent, verbName, verb, isNamed, context);
      if (!isNamed) continue;
      named = command;
      depth = 2;
    }
  }
  const topics = words.slice(1);
  if (words[0] === 'help' && depth < topics.length)
    return { command: program, words: topics, named };
  return {
    command: program,
    words: [...asked.slice(0, depth), ...booleanFlags(named, asked.slice(depth))],
    named,
  };
}

const isCalled = (name: string, { aliases = [] }: Verb, word: string) =>
  name === word || aliases.includes(word);

async function addVerb(
  parent: Command,
  name: string,
  { summary, load, aliases = [] }: Verb,
  isNamed: boolean,
  context: CliContext,
): Promise<Command> {
  const command = parent
    .command(name, { hidden: name === COMPLETE })
    .summary(summary)
    .description(summary)
    .aliases(aliases);
  if (isNamed) (await load())(command, context);
  return command;
}

import { Command } from 'commander';
import { booleanFlags } from './boolean-flags.ts';
import { groups, verbs } from './command-table.ts';
import type { CliContext } from './context.ts';
import { groupFlags } from './group-flags.ts';
import { type Group, isGroup, type Verb } from './verb.ts';
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
    const found = await addGroup(program, name, group, name === first ? asked : undefined, context);
    program.commands.at(-1)?.helpGroup(GROUP_HEADING);
    if (found) ({ named, asked, depth } = found);
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

/** Where a command line leads: the command, the words in their final order, and how many name it. */
interface Found {
  readonly named: Command;
  readonly asked: readonly string[];
  readonly depth: number;
}

/** `asked` are the words from this group's name on, if they name it. */
async function addGroup(
  program: Command,
  name: string,
  group: Group,
  asked: readonly string[] | undefined,
  context: CliContext,
): Promise<Found | undefined> {
  const parent = program
    .command(name)
    .summary(group.summary)
    .description(group.summary)
    .usage('<command>')
    .helpCommand(false)
    .enablePositionalOptions();
  group.flags?.(parent);
  let words = asked ?? [];
  if (asked !== undefined) {
    // The verb takes the flags of its group.
    const { flags, rest } = groupFlags(parent, asked.slice(1));
    if (rest.length > 0) words = [name, ...rest.slice(0, 1), ...flags, ...rest.slice(1)];
  }
  let found: Found | undefined = asked && { named: parent, asked: words, depth: 1 };
  const [, second = ''] = words;
  for (const [verbName, verb] of Object.entries(group.verbs)) {
    const isNamed = asked !== undefined && isCalled(verbName, verb, second);
    if (isGroup(verb)) {
      const inner = await addGroup(
        parent,
        verbName,
        verb,
        isNamed ? words.slice(1) : undefined,
        context,
      );
      if (inner) found = { ...inner, asked: [name, ...inner.asked], depth: inner.depth + 1 };
      continue;
    }
    const command = await addVerb(parent, verbName, verb, isNamed, context, group.context);
    if (isNamed) found = { named: command, asked: words, depth: 2 };
  }
  return found;
}

const isCalled = (name: string, verb: Verb | Group, word: string) =>
  name === word || (!isGroup(verb) && (verb.aliases ?? []).includes(word));

async function addVerb(
  parent: Command,
  name: string,
  { summary, load, aliases = [], isHidden = name === COMPLETE }: Verb,
  isNamed: boolean,
  context: CliContext,
  contextOf: NonNullable<Group['context']> = (same) => same,
): Promise<Command> {
  const command = parent
    .command(name, { hidden: isHidden })
    .summary(summary)
    .description(summary)
    .aliases(aliases);
  if (isNamed) (await load())(command, contextOf(context, command));
  return command;
}

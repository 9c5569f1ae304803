import { Command, type Option } from 'commander';
import { loggerOf } from '../../host/base/log.ts';
import { defaultMachine } from '../../host/home/paths.ts';
import { findOption, takesNextWord } from '../boolean-flags.ts';
import { groups, verbs } from '../command-table.ts';
import type { CliContext } from '../context.ts';
import { globalFlags } from '../global-flags.ts';
import { groupFlags } from '../group-flags.ts';
import { type Group, isGroup, type Verb } from '../verb.ts';
import { type Candidate, FILES } from './candidate.ts';
import { clusterNames, contextNames, workloadNames } from './kube-names.ts';
import { type ObjectKind, objectNames } from './objects.ts';

const log = loggerOf('completion');

const SIGNALS = ['HUP', 'INT', 'QUIT', 'KILL', 'USR1', 'USR2', 'TERM', 'STOP', 'CONT'];
/** Commands that need a running container. */
const ON_RUNNING = ['attach', 'exec', 'kill', 'pause', 'port', 'stop', 'top', 'unpause'];

/**
 * The completions of the last of `words` (the command line without `berth`). They come from the
 * command table, from the command's flags and operands, and from the engine if it runs. Never
 * starts the VM.
 */
export async function complete(
  context: CliContext,
  words: readonly string[],
): Promise<Candidate[]> {
  const current = words.at(-1) ?? '';
  const candidates = await globalCandidates(context, words.slice(0, -1), current);
  return candidates.filter(({ value }) => value === FILES || value.startsWith(current));
}

/** Reads the flags before the command: `--machine NAME`. */
async function globalCandidates(
  context: CliContext,
  before: readonly string[],
  current: string,
): Promise<Candidate[]> {
  const { machine, rest } = globalFlags(before);
  if (rest[0] === '--machine') return machineNames(context);
  if (rest.length === 0 && current.startsWith('--machine=')) {
    const names = await machineNames(context);
    return names.map((each) => ({ ...each, value: `--machine=${each.value}` }));
  }
  const chosen = machine
    ? { ...context, host: (name: string = machine) => context.host(name) }
    : context;
  return allCandidates(chosen, rest, current);
}

async function allCandidates(
  context: CliContext,
  before: readonly string[],
  current: string,
): Promise<Candidate[]> {
  const [first] = before;
  if (first === undefined)
    return [...topLevel(), ...candidatesOf(['--help', '--machine', '--version'])];
  const group = groups[first];
  if (group) return inGroup(context, [first, group], before.slice(1), current);
  return ofVerb(context, undefined, find(topVerbs(), first), before.slice(1), current);
}

/** `before` are the words after the group's name. */
async function inGroup(
  context: CliContext,
  [name, group]: readonly [string, Group],
  before: readonly string[],
  current: string,
): Promise<Candidate[]> {
  const [word] = before;
  if (word === undefined || word.startsWith('-')) {
    return beforeVerb(context, [name, group], before, current);
  }
  const found = find(group.verbs, word);
  const [inner, verb] = found;
  if (verb && isGroup(verb)) return inGroup(context, [inner, verb], before.slice(1), current);
  return ofVerb(context, name, found, before.slice(1), current);
}

async function ofVerb(
  context: CliContext,
  group: string | undefined,
  [name, verb]: readonly [string, Verb | Group | undefined],
  before: readonly string[],
  current: string,
): Promise<Candidate[]> {
  if (!verb || isGroup(verb)) return [];
  const command = new Command(name).helpOption('-h, --help', 'Show this help');
  (await verb.load())(command, context);
  return afterVerb(context, { verb: name, group, command }, before, current);
}

/** Flags of a group stand before its verb: `compose -f other.yaml up`. */
async function beforeVerb(
  context: CliContext,
  [name, group]: readonly [string, Group],
  before: readonly string[],
  current: string,
): Promise<Candidate[]> {
  const command = new Command(name).helpOption('-h, --help', 'Show this help');
  group.flags?.(command);
  const { rest } = groupFlags(command, before);
  const [word] = rest;
  if (word !== undefined && !word.startsWith('-')) {
    return inGroup(context, [name, group], rest, current);
  }
  const awaiting = word === undefined ? undefined : findOption(command, word);
  if (awaiting && rest.length === 1) return optionValues(context, awaiting);
  if (word !== undefined) return [];
  if (!current.startsWith('-')) return summaries(group.verbs);
  return command.createHelp().visibleOptions(command).map(optionCandidate);
}

interface Position {
  readonly verb: string;
  readonly group: string | undefined;
  readonly command: Command;
}

async function afterVerb(
  context: CliContext,
  position: Position,
  before: readonly string[],
  current: string,
): Promise<Candidate[]> {
  const { command } = position;
  const { operands, flagsEnded, awaiting } = readWords(command, before);
  if (awaiting) return optionValues(context, awaiting);
  if (current.startsWith('-') && !flagsEnded) {
    const [, flag = ''] = /^(--[^=]+)=/.exec(current) ?? [];
    const option = flag && findOption(command, flag);
    if (!option) return command.createHelp().visibleOptions(command).map(optionCandidate);
    const values = await optionValues(context, option);
    return values.map((each) => ({ ...each, value: `${flag}=${each.value}` }));
  }
  const { registeredArguments } = command;
  const last = registeredArguments.at(-1);
  const argument = registeredArguments[operands] ?? (last?.variadic ? last : undefined);
  if (!argument) return [];
  if (argument.argChoices) return candidatesOf(argument.argChoices);
  switch (argument.name()) {
    case 'machine':
      return machineNames(context);
    case 'context':
      return contextNames(context);
    case 'cluster':
      return clusterNames(context);
    case 'pod':
    case 'kind/name':
      return workloadNames(context);
    case 'file':
      return [{ value: FILES }];
  }
  if (position.group === 'machine' && position.verb === 'cp') return [{ value: FILES }];
  const kinds = operandKinds(position, placeholder(argument.name()));
  if (kinds.length > 0) return names(context, kinds);
  // Arguments of a program in the container are often file names.
  return ['command', 'arg'].includes(argument.name()) ? [{ value: FILES }] : [];
}

/** The number of operands so far, and the flag that still needs its value, if any. */
function readWords(command: Command, words: readonly string[]) {
  let operands = 0;
  let flagsEnded = false;
  let awaiting: Option | undefined;
  for (const word of words) {
    if (awaiting) awaiting = undefined;
    else if (flagsEnded || !word.startsWith('-') || word === '-') {
      operands++;
      flagsEnded ||= passesOn(command);
    } else if (word === '--') flagsEnded = true;
    else {
      const option = findOption(command, word);
      if (option && takesNextWord(option, word)) awaiting = option;
    }
  }
  return { operands, flagsEnded, awaiting };
}

/**
 * Whether another program gets the words after the first operand: `run`, `exec`, `top`, `machine
 * ssh`.
 */
function passesOn({ registeredArguments }: Command): boolean {
  const last = registeredArguments.at(-1);
  return last?.variadic === true && (registeredArguments.length > 1 || last.name() === 'command');
}

function optionCandidate({ long, short, description }: Option): Candidate {
  return { value: long ?? short ?? '', description };
}

async function optionValues(context: CliContext, option: Option): Promise<Candidate[]> {
  if (option.argChoices) return candidatesOf(option.argChoices);
  const name = placeholder(/<([^>]*)>/.exec(option.flags)?.[1] ?? '');
  switch (name) {
    case 'file':
      return [{ value: FILES }];
    case 'context':
      return contextNames(context);
    case 'cluster':
      return clusterNames(context);
    case 'signal':
      return candidatesOf(SIGNALS);
    case 'container':
    case 'image':
    case 'network':
    case 'volume':
      return names(context, [name]);
    default:
      return [];
  }
}

/** The kinds of objects that an operand can name, by its name in the usage. */
function operandKinds({ verb, group }: Position, name: string): ObjectKind[] {
  switch (name) {
    case 'container':
      return [ON_RUNNING.includes(verb) ? 'running-container' : 'container'];
    case 'image':
    case 'source':
    case 'repository':
      return ['image'];
    case 'network':
    case 'volume':
      return [name];
    case 'name':
      if (verb === 'pull' || group === 'image') return ['image'];
      if (group === 'container' || group === 'network' || group === 'volume') return [group];
      return verb === 'inspect' ? ['container', 'image', 'volume', 'network'] : [];
    default:
      return [];
  }
}

/** `source` for `source[:tag]`. */
const placeholder = (name: string) => name.replace(/[^a-z].*$/, '');

/** Empty if the VM isn't running, or the engine has no objects of these kinds. */
async function names(context: CliContext, kinds: readonly ObjectKind[]): Promise<Candidate[]> {
  const { machine, engine } = await context.host();
  if ((await machine.status()).state !== 'running') return [];
  const found = kinds.map((kind) => log.attempt(`Listing ${kind}s`, objectNames[kind](engine)));
  return (await Promise.all(found)).flatMap((candidates) => candidates ?? []);
}

async function machineNames(context: CliContext): Promise<Candidate[]> {
  const { machines } = await context.host(defaultMachine);
  return candidatesOf(await machines.list());
}

const candidatesOf = (values: readonly string[]): Candidate[] => values.map((value) => ({ value }));

const topVerbs = (): Record<string, Verb> => Object.assign({}, ...Object.values(verbs));

function topLevel(): Candidate[] {
  const grouped = Object.entries(groups).map(([value, { summary }]) => ({
    value,
    description: summary,
  }));
  return [...summaries(topVerbs()), ...grouped];
}

const summaries = (of: Readonly<Record<string, Verb | Group>>): Candidate[] =>
  Object.entries(of)
    .filter(([, entry]) => isGroup(entry) || !entry.isHidden)
    .map(([value, { summary }]) => ({ value, description: summary }));

function find(
  of: Readonly<Record<string, Verb | Group>>,
  word: string,
): [string, Verb | Group | undefined] {
  const found = Object.entries(of).find(
    ([name, entry]) => name === word || (!isGroup(entry) && (entry.aliases ?? []).includes(word)),
  );
  return found ?? ['', undefined];
}

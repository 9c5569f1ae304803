import { EngineError } from '../../errors.ts';
import { commandLine, nameValues, quotedWords, wordList } from '../dockerfile/arguments.ts';
import { heredocStart } from '../dockerfile/heredoc.ts';
import { mountOrigin, mountTexts } from '../dockerfile/mount-flag.ts';
import { DockerfileError, type Instruction, parseError } from '../dockerfile/parse.ts';
import { parseFrom } from '../stages.ts';
import { checkFlags } from './check-flags.ts';
import { copyWords } from './copy-words.ts';
import { healthcheck } from './healthcheck.ts';

const NO_TRIGGERS = ['ONBUILD', 'FROM', 'MAINTAINER'];
const WITH_ONE_ARGUMENT = new Set(['MAINTAINER', 'STOPSIGNAL', 'USER', 'WORKDIR']);
/** BuildKit looks at the arguments of these before their flags. */
const COUNTED_FIRST = new Set(
  'ADD COPY EXPOSE HEALTHCHECK MAINTAINER ONBUILD USER VOLUME WORKDIR'.split(' '),
);
/** An empty command is valid: the shell runs it, and does nothing. */
const WITHOUT_ARGUMENTS = new Set(['CMD', 'ENTRYPOINT', 'RUN']);

/**
 * Finds mistakes in an instruction that don't depend on its variables, so that a build doesn't fail
 * at its end because of them. Throws EngineError 'invalid' in Docker's words.
 */
export function checkInstruction(instruction: Instruction, escapeChar: string): void {
  checkWords(instruction, escapeChar);
  try {
    if (instruction.keyword === 'FROM') parseFrom(instruction);
    const countsFirst = COUNTED_FIRST.has(instruction.keyword);
    if (countsFirst) checkCount(instruction);
    checkFlags(instruction);
    if (!countsFirst) checkCount(instruction);
    checkNames(instruction, escapeChar);
    checkArguments(instruction);
  } catch (error) {
    if (!(error instanceof EngineError) || error instanceof DockerfileError) throw error;
    throw parseError(instruction.line, error.message, instruction.endLine);
  }
}

/** The errors of BuildKit's parser don't begin with their line. */
export function checkWords(
  { keyword, text, line, endLine }: Instruction,
  escapeChar: string,
): void {
  if ((keyword !== 'ENV' && keyword !== 'LABEL') || text === '') return;
  try {
    nameValues(keyword, text, escapeChar);
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    throw new DockerfileError(error.message, line, endLine);
  }
}

function checkCount({ keyword, text }: Instruction): void {
  const isEmpty = keyword === 'VOLUME' ? wordList(text).length === 0 : text === '';
  if (!isEmpty || WITHOUT_ARGUMENTS.has(keyword)) return;
  // `checkArguments` has the words for these.
  if (keyword === 'ADD' || keyword === 'COPY') return;
  if (keyword === 'FROM') {
    throw new EngineError('invalid', 'FROM requires either one or three arguments');
  }
  const count = WITH_ONE_ARGUMENT.has(keyword) ? 'exactly' : 'at least';
  throw new EngineError('invalid', `${keyword} requires ${count} one argument`);
}

function checkNames({ keyword, text }: Instruction, escapeChar: string): void {
  if (keyword !== 'ENV' && keyword !== 'LABEL' && keyword !== 'ARG') return;
  if (quotedWords(text, escapeChar).some((word) => word.startsWith('='))) {
    throw new EngineError('invalid', `${keyword} names can not be blank`);
  }
}

function checkArguments(instruction: Instruction): void {
  const { keyword, text } = instruction;
  switch (keyword) {
    case 'ADD':
    case 'COPY':
      if (copyWords(instruction).length < 2) {
        throw new EngineError(
          'invalid',
          `${keyword} requires at least two arguments, but only one was provided. Destination could not be determined`,
        );
      }
      if (heredocStart(copyWords(instruction).at(-1) ?? '') !== undefined) {
        throw new EngineError('invalid', `${keyword} cannot accept a heredoc as a destination`);
      }
      return;
    case 'RUN':
      checkRun(instruction);
      return;
    case 'HEALTHCHECK':
      healthcheck(instruction);
      return;
    case 'SHELL': {
      const command = commandLine(text);
      if (command.form === 'exec' && command.words.length === 0) {
        throw new EngineError('invalid', 'SHELL requires at least one argument');
      }
      if (command.form === 'shell') {
        throw new EngineError('invalid', 'SHELL requires the arguments to be in JSON form');
      }
      return;
    }
    case 'ONBUILD': {
      const trigger = text.split(/\s/, 1)[0]?.toUpperCase() ?? '';
      if (trigger === 'ONBUILD') {
        throw new EngineError('invalid', "Chaining ONBUILD via `ONBUILD ONBUILD` isn't allowed");
      }
      if (NO_TRIGGERS.includes(trigger)) {
        throw new EngineError('invalid', `${trigger} isn't allowed as an ONBUILD trigger`);
      }
    }
  }
}

function checkRun({ flags, flagWords }: Instruction): void {
  const network = flags.get('network');
  if (network !== undefined && !['default', 'none', 'host'].includes(network)) {
    throw new EngineError('invalid', `invalid network mode "${network}"`);
  }
  const security = flags.get('security');
  if (security !== undefined && security !== 'insecure' && security !== 'sandbox') {
    throw new EngineError('invalid', `security "${security}" is not valid`);
  }
  if (flagWords.includes('--mount=')) {
    throw new EngineError('invalid', 'failed to parse csv mounts: EOF');
  }
  for (const mount of mountTexts({ flags })) {
    const { from } = mountOrigin(mount);
    if (/\$./.test(from)) {
      const reason = "'from' doesn't support variable expansion, define alias stage instead";
      throw new EngineError('invalid', reason);
    }
  }
}

import { EngineError } from '../../errors.ts';
import { classic, type Dialect } from '../dialect.ts';
import { commandLine, nameValues, wordList } from '../dockerfile/arguments.ts';
import { type Instruction, parseError } from '../dockerfile/parse.ts';
import { healthcheck } from './healthcheck.ts';

const FLAGS: Readonly<Record<string, readonly string[]>> = {
  ADD: ['chown', 'chmod', 'link', 'exclude', 'checksum', 'keep-git-dir'],
  COPY: ['from', 'chown', 'chmod', 'link', 'exclude'],
  FROM: ['platform'],
  HEALTHCHECK: ['interval', 'timeout', 'start-period', 'start-interval', 'retries'],
  RUN: ['network'],
};
/** Flags that only BuildKit supports. */
const BUILDKIT_FLAGS: Readonly<Record<string, readonly string[]>> = {
  ADD: ['unpack'],
  COPY: ['parents'],
  RUN: ['mount', 'security', 'device'],
};
const NO_TRIGGERS = ['ONBUILD', 'FROM', 'MAINTAINER'];

/**
 * Finds mistakes in an instruction that don't depend on its variables, so that a build doesn't fail
 * at its end because of them. Throws EngineError 'invalid' in Docker's words.
 */
export function checkInstruction(
  instruction: Instruction,
  escapeChar: string,
  dialect: Dialect = classic,
): void {
  try {
    checkFlags(instruction, dialect);
    checkArguments(instruction, escapeChar);
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    throw parseError(instruction.line, error.message);
  }
}

function checkFlags({ keyword, flags }: Instruction, { name: builder }: Dialect): void {
  for (const name of flags.keys()) {
    const forBuildkit = BUILDKIT_FLAGS[keyword]?.includes(name) ?? false;
    if (FLAGS[keyword]?.includes(name)) continue;
    if (builder === 'buildkit' && keyword === 'RUN' && name === 'mount') continue;
    const needsBuildkit = builder === 'classic' && forBuildkit;
    throw new EngineError(
      'invalid',
      needsBuildkit
        ? `the --${name} option requires BuildKit. Refer to https://docs.docker.com/go/buildkit/ to learn how to build images with BuildKit enabled`
        : `unknown flag: --${name}`,
    );
  }
}

function checkArguments(instruction: Instruction, escapeChar: string): void {
  const { keyword, text } = instruction;
  switch (keyword) {
    case 'ADD':
    case 'COPY':
      if (wordList(text).length < 2) {
        throw new EngineError(
          'invalid',
          `${keyword} requires at least two arguments, but only one was provided. Destination could not be determined`,
        );
      }
      return;
    case 'ENV':
    case 'LABEL':
      nameValues(keyword, text, escapeChar);
      return;
    case 'HEALTHCHECK':
      healthcheck(instruction);
      return;
    case 'SHELL': {
      const command = commandLine(text);
      if (command.form === 'shell' || command.words.length === 0) {
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

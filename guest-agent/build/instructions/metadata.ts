import { posix } from 'node:path';
import { signalNumber } from '../../engine/containers/process/signal.ts';
import type { ImageConfig } from '../../engine/images/store/image.ts';
import { EngineError } from '../../errors.ts';
import { mergeEnvironment } from '../../runtime/spec/spec.ts';
import type { Dialect } from '../dialect.ts';
import { commandLine, nameValues, quotedWords, wordList } from '../dockerfile/arguments.ts';
import { type Instruction, triggerText } from '../dockerfile/parse.ts';
import { expandWord, expandWords, type Variables } from '../dockerfile/substitution.ts';
import { exposedPorts } from './exposed-ports.ts';
import { healthcheck } from './healthcheck.ts';

/** The input of an instruction that only describes the image. */
export interface MetadataContext {
  readonly config: ImageConfig;
  readonly variables: Variables;
  readonly escapeChar: string;
  /** Whether this stage already had a `CMD`. If so, an `ENTRYPOINT` keeps it. */
  readonly hasOwnCommand: boolean;
  readonly dialect: Dialect;
}

export interface Metadata {
  readonly config: ImageConfig;
  /** Set by `MAINTAINER` only. */
  readonly author?: string;
  /** The instruction with all variables replaced, for the image's history and the cache. */
  readonly comment: string;
}

type Apply = (instruction: Instruction, context: MetadataContext) => Metadata;

export const DEFAULT_SHELL: readonly string[] = ['/bin/sh', '-c'];

/** The instructions that only change the image's configuration. */
export const metadataInstructions: Readonly<Record<string, Apply>> = {
  ENV: (instruction, context) => {
    const pairs = expandedPairs(instruction, context).map(([name, value]) => `${name}=${value}`);
    const Env = mergeEnvironment(context.config.Env ?? [], pairs);
    return { config: { ...context.config, Env }, comment: `ENV ${pairs.join(' ')}` };
  },
  LABEL: (instruction, context) => {
    const pairs = expandedPairs(instruction, context);
    const Labels = { ...context.config.Labels, ...Object.fromEntries(pairs) };
    const comment = pairs.map(([name, value]) => `${name}=${value}`).join(' ');
    return { config: { ...context.config, Labels }, comment: `LABEL ${comment}` };
  },
  MAINTAINER: ({ text }, { config }) => ({ config, author: text, comment: `MAINTAINER ${text}` }),
  EXPOSE: ({ text }, { config, variables, escapeChar, dialect }) => {
    // BuildKit sorts ports as they are written, before it replaces variables.
    const isBuildkit = dialect.name === 'buildkit';
    const words = quotedWords(text, escapeChar);
    const ports = (isBuildkit ? words.sort() : words)
      .flatMap((word) => expandWords(word, variables, escapeChar))
      .flatMap(exposedPorts);
    const ExposedPorts = { ...config.ExposedPorts, ...asKeys(ports) };
    return {
      config: { ...config, ExposedPorts },
      comment: dialect.expose(isBuildkit ? ports : ports.sort()),
    };
  },
  VOLUME: ({ text }, { config, variables, escapeChar }) => {
    const paths = volumePaths(text, (path) => expandWord(path, variables, escapeChar));
    const Volumes = { ...config.Volumes, ...asKeys(paths) };
    return { config: { ...config, Volumes }, comment: `VOLUME [${paths.join(' ')}]` };
  },
  USER: ({ text }, { config, variables, escapeChar }) => {
    const User = expandWord(text, variables, escapeChar);
    return { config: { ...config, User }, comment: `USER ${User}` };
  },
  STOPSIGNAL: ({ text }, { config, variables, escapeChar }) => {
    const StopSignal = expandWord(text, variables, escapeChar);
    signalNumber(StopSignal);
    return { config: { ...config, StopSignal }, comment: `STOPSIGNAL ${StopSignal}` };
  },
  SHELL: ({ text }, { config }) => {
    const Shell = wordList(text);
    return { config: { ...config, Shell }, comment: `SHELL [${Shell.join(' ')}]` };
  },
  CMD: ({ text }, { config, dialect }) => {
    const Cmd = argv(text, config);
    return {
      config: withCommand(config, { Cmd, ...dialect.commandConfig }, dialect),
      comment: `CMD ${quotedList(Cmd)}`,
    };
  },
  ENTRYPOINT: ({ text }, { config, hasOwnCommand, dialect }) => {
    const Entrypoint = argv(text, config);
    const { Cmd, ...rest } = config;
    // A command of the base image was meant for the base image's entrypoint.
    const kept = hasOwnCommand && Cmd !== undefined ? { Cmd } : {};
    return {
      config: withCommand({ ...rest, ...kept }, { Entrypoint }, dialect),
      comment: `ENTRYPOINT ${quotedList(Entrypoint)}`,
    };
  },
  HEALTHCHECK: (instruction, { config, dialect }) => {
    const Healthcheck = healthcheck(instruction);
    return {
      config: { ...config, Healthcheck },
      comment: `HEALTHCHECK ${dialect.healthcheck(Healthcheck)}`,
    };
  },
  ONBUILD: (instruction, { config }) => {
    const text = triggerText(instruction);
    const OnBuild = [...(config.OnBuild ?? []), text];
    return { config: { ...config, OnBuild }, comment: `ONBUILD ${text}` };
  },
};

/** Sets a command. BuildKit's images have no empty commands. */
function withCommand(config: ImageConfig, change: ImageConfig, dialect: Dialect): ImageConfig {
  const changed = Object.entries({ ...config, ...change });
  if (dialect.name === 'classic') return Object.fromEntries(changed);
  return Object.fromEntries(
    changed.filter(([name, value]) => {
      const isCommand = name === 'Cmd' || name === 'Entrypoint';
      return !(isCommand && Array.isArray(value) && value.length === 0);
    }),
  );
}

/** The paths of a `VOLUME`. `expand` replaces variables. */
export function volumePaths(text: string, expand: (path: string) => string): string[] {
  const paths = wordList(text).map((path) => expand(path).trim());
  if (!paths.includes('')) return paths;
  throw new EngineError('invalid', 'VOLUME specified can not be an empty string');
}

/**
 * The path of a `WORKDIR`. A relative path starts from the previous one. BuildKit keeps an absolute
 * path as written.
 */
export function workingDirectory(
  { text }: Instruction,
  { config, variables, escapeChar, dialect }: Omit<MetadataContext, 'hasOwnCommand'>,
): string {
  const path = expandWord(text, variables, escapeChar);
  if (dialect.name === 'buildkit' && path.startsWith('/')) return path;
  return posix.resolve('/', config.WorkingDir ?? '', path);
}

/** The words of `RUN`, `CMD` or `ENTRYPOINT`. A line is wrapped in the image's shell. */
export function argv(text: string, config: ImageConfig): string[] {
  const command = commandLine(text);
  if (command.form === 'exec') return [...command.words];
  return [...(config.Shell ?? DEFAULT_SHELL), command.line];
}

function expandedPairs(
  { keyword, text }: Instruction,
  { variables, escapeChar }: MetadataContext,
): [string, string][] {
  return nameValues(keyword, text, escapeChar).map(([rawName, rawValue]) => {
    const name = expandWord(rawName, variables, escapeChar);
    if (name === '') throw new EngineError('invalid', `${keyword} names can not be blank`);
    return [name, expandWord(rawValue, variables, escapeChar)];
  });
}

function asKeys(names: readonly string[]): Record<string, object> {
  return Object.fromEntries(names.map((name) => [name, {}]));
}

function quotedList(words: readonly string[]): string {
  return `[${words.map((word) => JSON.stringify(word)).join(' ')}]`;
}

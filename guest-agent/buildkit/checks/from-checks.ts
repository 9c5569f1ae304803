import { quotedWords } from '../../build/dockerfile/arguments.ts';
import type { Instruction } from '../../build/dockerfile/parse.ts';
import { expandWord } from '../../build/dockerfile/substitution.ts';
import { similarWord, suggestion } from '../../build/dockerfile/suggestion.ts';
import type { Stage } from '../../build/stages.ts';
import { EngineError } from '../../errors.ts';
import { isReference } from '../../grammar/reference.ts';
import { parsePlatform } from '../../registry/platform.ts';
import { placed, placedError } from './placed.ts';
import { ReadVariables } from './read-variables.ts';
import { type Lines, linesOf, type Report } from './report.ts';

/** Warns about base images that are named only if the client gives build arguments. */
export function checkDefaultBases(
  stages: readonly Stage[],
  defaults: () => ReadonlyMap<string, string>,
  escapeChar: string,
  report: Report,
): void {
  let values: ReadonlyMap<string, string>;
  try {
    values = defaults();
  } catch (error) {
    // Without arguments, the build fails in any case, and says why.
    if (error instanceof EngineError) return;
    throw error;
  }
  for (const { base, from } of stages) {
    const name = expandWord(base, values, escapeChar);
    // Digits alone are the number of no stage here, but a valid name.
    if (!isReference(name)) report.warn('InvalidDefaultArgInFrom', linesOf(from), base);
  }
}

/** What `FROM` lines can use. */
export interface FromArguments {
  /** The `ARG`s before the first `FROM`. */
  readonly declared: readonly Instruction[];
  /** Their values, and the predefined ones. */
  readonly values: ReadonlyMap<string, string>;
  readonly escapeChar: string;
}

/**
 * Warns about the variables and the platform of a `FROM`. Returns the arguments that it uses. Throws
 * DockerfileError in BuildKit's words.
 */
export function checkFrom(
  { base, from, name: stageName }: Stage,
  args: FromArguments,
  report: Report,
): ReadonlySet<string> {
  const lines = linesOf(from);
  const known = new Set([
    ...args.declared.flatMap(({ text }) => declaredNames(text, args.escapeChar)),
    ...args.values.keys(),
  ]);
  const expand = (text: string) => {
    const variables = new ReadVariables(args.values);
    const value = placed(lines, () => expandWord(text, variables, args.escapeChar));
    for (const name of variables.missing) {
      if (known.has(name)) continue;
      report.warn('UndefinedArgInFrom', lines, name, similarWord(name, known) ?? '');
    }
    return { value, found: variables.found, missing: variables.missing };
  };
  const image = expand(base);
  if (image.value === '') throw placedError(lines, `base name (${base}) should not be blank`);
  const written = from.flags.get('platform') ?? '';
  if (written === '') return image.found;
  const platform = expand(written);
  const { value, found, missing } = platform;
  const isTarget = found.has('TARGETPLATFORM') && found.size === 1 && missing.size === 0;
  if (isTarget && value === args.values.get('TARGETPLATFORM')) {
    report.warn('RedundantTargetPlatform', lines, written);
  }
  if (found.size === 0 && missing.size === 0) checkConstant(value, stageName, lines, report);
  const hint = firstSuggestion(missing, args.values.keys());
  if (value === '') {
    throw placedError(lines, `empty platform value from expression ${written}${hint}`);
  }
  const component = value.split('/').find((part) => !/^[A-Za-z0-9_.-]+$/.test(part));
  if (component !== undefined) {
    const reason = `"${component}" is an invalid component of "${value}": platform specifier component must match "^[A-Za-z0-9_.-]+$": invalid argument`;
    throw placedError(lines, `failed to parse platform ${written}: ${reason}${hint}`);
  }
  if (!value.includes('/')) {
    try {
      parsePlatform(value);
    } catch (error) {
      if (!(error instanceof EngineError)) throw error;
      throw placedError(lines, `failed to parse platform ${written}: ${error.message}${hint}`);
    }
  }
  return new Set([...image.found, ...found]);
}

/** `FROM --platform=linux/amd64`, unless the stage's name says that this is intended. */
function checkConstant(platform: string, stage: string, lines: Lines, report: Report): void {
  const { os, architecture } = readPlatform(platform) ?? {};
  if (os === undefined || architecture === undefined) return;
  if (stage.includes(os) || stage.includes(architecture)) return;
  report.warn('FromPlatformFlagConstDisallowed', lines, platform);
}

function readPlatform(text: string) {
  try {
    return parsePlatform(text);
  } catch (error) {
    // A wrong platform is an error of its own.
    if (error instanceof EngineError) return undefined;
    throw error;
  }
}

function firstSuggestion(missing: ReadonlySet<string>, known: Iterable<string>): string {
  const options = [...known];
  return [...missing].map((name) => suggestion(name, options)).find((text) => text !== '') ?? '';
}

export function declaredNames(text: string, escapeChar: string): string[] {
  return quotedWords(text, escapeChar).map((word) => word.split('=', 1)[0] ?? '');
}

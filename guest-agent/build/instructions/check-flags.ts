import { EngineError } from '../../errors.ts';
import type { Dialect } from '../dialect.ts';
import { splitFlag } from '../dockerfile/flags.ts';
import type { Instruction } from '../dockerfile/parse.ts';
import { suggestion } from '../dockerfile/suggestion.ts';

/** `list` can be given several times. */
type FlagKind = 'boolean' | 'text' | 'list';

const FLAGS: Readonly<Record<string, Readonly<Record<string, FlagKind>>>> = {
  ADD: {
    ...{ chown: 'text', chmod: 'text', link: 'boolean', exclude: 'list', checksum: 'text' },
    ...{ 'keep-git-dir': 'boolean', unpack: 'boolean' },
  },
  COPY: {
    ...{ from: 'text', chown: 'text', chmod: 'text', link: 'boolean', exclude: 'list' },
    parents: 'boolean',
  },
  FROM: { platform: 'text' },
  HEALTHCHECK: {
    ...{ interval: 'text', timeout: 'text', 'start-period': 'text', 'start-interval': 'text' },
    retries: 'text',
  },
  RUN: { network: 'text', mount: 'list', security: 'text', device: 'list' },
};
/** What the classic builder doesn't have. */
const BUILDKIT_ONLY = new Set(['unpack', 'parents', 'mount', 'security', 'device']);

/** Throws EngineError 'invalid' in Docker's words for a flag that the instruction doesn't have. */
export function checkFlags({ keyword, flagWords }: Instruction): void {
  const known = FLAGS[keyword] ?? {};
  const seen = new Set<string>();
  for (const word of flagWords) {
    const [name, value] = splitFlag(word);
    const kind = Object.hasOwn(known, name) ? known[name] : undefined;
    if (kind === undefined) {
      throw invalid(`unknown flag: --${name}${suggestion(name, Object.keys(known))}`);
    }
    if (seen.has(name) && kind !== 'list') throw invalid(`duplicate flag specified: --${name}`);
    seen.add(name);
    if (kind === 'boolean' ? value === '' : value === undefined) {
      throw invalid(`missing a value on flag: --${name}`);
    }
    if (kind === 'boolean' && value !== undefined && !/^(true|false)$/i.test(value)) {
      throw invalid(`expecting boolean value for flag --${name}, not: ${value}`);
    }
  }
}

/**
 * The classic builder refuses flags that it doesn't have when it reaches the instruction. Throws
 * EngineError 'invalid' in Docker's words.
 */
export function checkDialect({ flagWords }: Instruction, { name: builder }: Dialect): void {
  if (builder !== 'classic') return;
  for (const [name] of flagWords.map(splitFlag)) {
    if (!BUILDKIT_ONLY.has(name)) continue;
    throw invalid(
      `the --${name} option requires BuildKit. Refer to https://docs.docker.com/go/buildkit/ to learn how to build images with BuildKit enabled`,
    );
  }
}

/** Whether a flag without a value, or with the value `true`, is given. Undefined if it isn't. */
export function isSet({ flags }: Pick<Instruction, 'flags'>, name: string): boolean | undefined {
  const value = flags.get(name);
  return value === undefined ? undefined : value.toLowerCase() !== 'false';
}

function invalid(message: string): EngineError {
  return new EngineError('invalid', message);
}

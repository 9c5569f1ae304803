import { posix } from 'node:path';
import { EngineError } from '../../errors.ts';
import { parseFields } from '../../grammar/csv-fields.ts';
import { goBoolean } from '../../grammar/go-boolean.ts';
import { GrammarError } from '../../grammar/grammar-error.ts';
import { sizeOf } from '../../grammar/size.ts';
import type { Instruction } from './parse.ts';
import { suggestion } from './suggestion.ts';

/** The `--mount`s of a `RUN`, as written. */
export function mountTexts({ flags }: Pick<Instruction, 'flags'>): string[] {
  return (flags.get('mount') ?? '').split('\n').filter(Boolean);
}

/** One `--mount` of a `RUN`. */
export interface RunMount {
  readonly type: 'bind' | 'cache' | 'tmpfs' | 'secret' | 'ssh';
  /** Where it is mounted. Empty for the type's default. */
  readonly target: string;
  readonly source: string;
  /** A stage, an image or a context. Empty for the build's context. */
  readonly from: string;
  readonly readOnly: boolean;
  /** The name of a cache, a secret or an agent. */
  readonly id: string;
  /** Whether several `RUN`s use a cache at a time. */
  readonly sharing: 'shared' | 'private' | 'locked';
  /** Fails without the secret or the agent. */
  readonly required: boolean;
  readonly mode: number | undefined;
  readonly uid: number;
  readonly gid: number;
  /** Bytes. 0 means no limit. */
  readonly size: number;
  /** The variable that gets a secret's content. Empty for the secret's name. */
  readonly env: string | undefined;
}

const TYPES = ['bind', 'cache', 'tmpfs', 'secret', 'ssh'] as const;
const SHARINGS = ['shared', 'private', 'locked'] as const;
const KEYS = [
  ...['type', 'from', 'source', 'target', 'readonly', 'id', 'sharing', 'required', 'size', 'mode'],
  ...['uid', 'gid', 'src', 'dst', 'destination', 'ro', 'rw', 'readwrite', 'env'],
];

/** A mount as far as it is read. */
interface Fields {
  type: RunMount['type'];
  target: string;
  source: string;
  from: string;
  id: string;
  required: boolean;
  size: number;
  readOnly?: boolean;
  sharing?: RunMount['sharing'];
  mode?: number;
  uid?: number;
  gid?: number;
  env?: string;
}

/**
 * Reads `type=cache,target=/x,…`. `expand` replaces variables in the values. Throws EngineError
 * 'invalid' in BuildKit's words.
 */
export function parseMountFlag(
  text: string,
  expand: (value: string) => string = (value) => value,
): RunMount {
  const mount: Fields = {
    ...{ type: 'bind', target: '', source: '', from: '', id: '', required: false, size: 0 },
  };
  for (const field of mountFields(text)) takeField(mount, field, expand);
  checkFields(mount);
  const { readOnly, sharing = 'shared', mode, uid = 0, gid = 0, env, ...rest } = mount;
  return {
    ...rest,
    readOnly: readOnly ?? (mount.type !== 'cache' && mount.type !== 'tmpfs'),
    ...{ sharing, mode, uid, gid, env },
  };
}

/** Splits a `--mount` at its commas. Values with commas are in double quotes. */
function mountFields(text: string): string[] {
  try {
    return parseFields(text);
  } catch (cause) {
    if (!(cause instanceof GrammarError)) throw cause;
    throw new EngineError('invalid', `failed to parse csv mounts: ${misquoted(text)}`, { cause });
  }
}

/** Where a mount appears. Throws EngineError 'invalid' for the root, in BuildKit's words. */
export function checkMountTarget(
  { type, target: written }: Pick<RunMount, 'type' | 'target'>,
  directory: string,
): string {
  const isFile = type === 'secret' || type === 'ssh';
  if (isFile && written === '') return written;
  const target = posix.resolve('/', directory, written);
  if (target === '/' && !isFile) throw invalid(`invalid mount target "${target}"`);
  return target;
}

/** What a mount takes its files from, and where they go, as written. */
export interface MountOrigin {
  readonly type: string;
  readonly from: string;
  readonly source: string;
  readonly target: string;
}

/** Where the files of a mount come from, before variables are replaced. */
export function mountOrigin(text: string): MountOrigin {
  const fields = new Map(mountFields(text).map(splitField));
  return {
    type: fields.get('type') ?? 'bind',
    from: fields.get('from') ?? '',
    source: fields.get('source') ?? fields.get('src') ?? '',
    target: fields.get('target') ?? fields.get('dst') ?? fields.get('destination') ?? '',
  };
}

/** The variables that the secrets of a `RUN` set. Their values are never shown. */
export function secretVariables(instruction: Pick<Instruction, 'flags'>): string[] {
  return mountTexts(instruction).flatMap((text) => {
    const fields = new Map(mountFields(text).map(splitField));
    const env = fields.get('env');
    return fields.get('type') === 'secret' && env !== undefined ? [env] : [];
  });
}

/** Where Go's reader of comma-separated values finds a wrong quote. */
function misquoted(text: string): string {
  const valid = /^(?:(?:"(?:[^"]|"")*"|[^",]*),)*/.exec(text)?.[0].length ?? 0;
  const isQuoted = text[valid] === '"';
  const end = isQuoted
    ? /^"(?:[^"]|"")*/.exec(text.slice(valid))
    : /^[^"]*/.exec(text.slice(valid));
  const column = valid + (end?.[0].length ?? 0) + 1;
  const reason = isQuoted
    ? 'extraneous or missing " in quoted-field'
    : 'bare " in non-quoted-field';
  return `parse error on line 1, column ${column}: ${reason}`;
}

function splitField(field: string): [key: string, value: string | undefined] {
  const [key = '', ...rest] = field.split('=');
  return [key.toLowerCase(), rest.length > 0 ? rest.join('=') : undefined];
}

function takeField(mount: Fields, field: string, expand: (value: string) => string): void {
  const [key, written] = splitField(field);
  if (written === undefined && !['readonly', 'ro', 'readwrite', 'rw', 'required'].includes(key)) {
    throw invalid(`invalid field '${field}' must be a key=value pair`);
  }
  const value = written === undefined ? 'true' : expand(written);
  switch (key) {
    case 'type':
      mount.type = oneOf(TYPES, value, 'mount type');
      return;
    case 'from':
    case 'id':
    case 'env':
      mount[key] = value;
      return;
    case 'source':
    case 'src':
      mount.source = value;
      return;
    case 'target':
    case 'dst':
    case 'destination':
      mount.target = value;
      return;
    case 'readonly':
    case 'ro':
      mount.readOnly = boolean(key, value);
      return;
    case 'readwrite':
    case 'rw':
      mount.readOnly = !boolean(key, value);
      return;
    case 'required':
      only(mount, key, ['secret', 'ssh']);
      mount.required = boolean(key, value);
      return;
    case 'size': {
      only(mount, key, ['tmpfs']);
      const size = sizeOf(value);
      if (size === undefined) throw invalid(`invalid value for ${key}: ${value}`);
      mount.size = size;
      return;
    }
    case 'sharing':
      mount.sharing = oneOf(SHARINGS, value, 'sharing value');
      return;
    case 'mode':
    case 'uid':
    case 'gid': {
      const isValid = (key === 'mode' ? /^[0-7]+$/ : /^\d+$/).test(value);
      if (!isValid) throw invalid(`invalid value ${value} for ${key}`);
      mount[key] = Number.parseInt(value, key === 'mode' ? 8 : 10);
      return;
    }
    default:
      throw invalid(`unexpected key '${key}' in '${field}'${suggestion(key, KEYS)}`);
  }
}

/** A key that counts only after the mount's type. */
function only({ type }: Fields, key: string, types: readonly RunMount['type'][]): void {
  if (!types.includes(type)) throw invalid(`unexpected key '${key}' for mount type '${type}'`);
}

function checkFields({ type, source, target, from, id, sharing, ...rest }: Fields): void {
  if (type === 'bind' || type === 'tmpfs') {
    for (const name of ['mode', 'uid', 'gid'] as const) {
      if (rest[name] !== undefined) throw invalid(`${name} not allowed for "${type}" type mounts`);
    }
  }
  if (type === 'secret') {
    if (from !== '') throw invalid('secret mount should not have a from');
    if (sharing !== undefined) throw invalid('secret mount should not define sharing');
    if (source === '' && target === '' && id === '') {
      throw invalid('invalid secret mount. one of source, target required');
    }
    if (source !== '' && id !== '') throw invalid("both source and id can't be set");
  }
  if (sharing !== undefined && type !== 'cache') {
    throw invalid(`invalid cache sharing set for ${type} mount`);
  }
  if (type === 'ssh' && source !== '') throw invalid('ssh does not support source');
}

function oneOf<T extends string>(values: readonly T[], text: string, what: string): T {
  const found = values.find((value) => value === text.toLowerCase());
  if (found === undefined) {
    throw invalid(`unsupported ${what} "${text}"${suggestion(text, values)}`);
  }
  return found;
}

function boolean(key: string, value: string): boolean {
  const read = goBoolean(value);
  if (read !== undefined) return read;
  throw invalid(`invalid value for ${key}: ${value}`);
}

function invalid(message: string): EngineError {
  return new EngineError('invalid', message);
}

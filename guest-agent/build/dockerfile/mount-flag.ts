import { EngineError } from '../../errors.ts';
import { sizeOf } from '../../grammar/size.ts';

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
  /** The variable that gets a secret's content. */
  readonly env: string;
}

const TYPES = ['bind', 'cache', 'tmpfs', 'secret', 'ssh'] as const;
const SHARINGS = ['shared', 'private', 'locked'] as const;
const FLAGS = new Set(['readonly', 'ro', 'readwrite', 'rw', 'required']);
const NAMES = new Set([
  ...['type', 'target', 'dst', 'destination', 'source', 'src', 'from', 'id', 'sharing'],
  ...['mode', 'uid', 'gid', 'size', 'tmpfs-size', 'env'],
]);

/**
 * Reads `type=cache,target=/x,…`. `expand` replaces variables in the values. Throws EngineError
 * 'invalid' in BuildKit's words.
 */
export function parseMountFlag(
  text: string,
  expand: (value: string) => string = (value) => value,
): RunMount {
  const fields = new Map<string, string>();
  for (const part of text.split(',')) {
    const [rawName = '', ...rest] = part.split('=');
    const name = rawName.trim().toLowerCase();
    const value = rest.length > 0 ? rest.join('=') : undefined;
    if (value === undefined && !FLAGS.has(name)) {
      throw invalid(`invalid field '${part}' must be a key=value pair`);
    }
    if (!NAMES.has(name) && !FLAGS.has(name))
      throw invalid(`unexpected key '${name}' in '${part}'`);
    fields.set(name, name === 'from' ? (value ?? '') : expand(value ?? 'true'));
  }
  const field = (...names: readonly string[]) =>
    names.map((name) => fields.get(name)).find((value) => value !== undefined) ?? '';
  const number = <T>(name: string, missing: T, read: (text: string) => number | undefined) => {
    const value = fields.get(name);
    if (value === undefined) return missing;
    const found = read(value);
    if (found === undefined) throw invalid(`invalid value ${value} for ${name}`);
    return found;
  };
  const type = oneOf(TYPES, field('type') || 'bind', 'mount type');
  const writable =
    fields.has('rw') || fields.has('readwrite') ? isTrue(fields, 'rw', 'readwrite') : undefined;
  const readOnly =
    fields.has('ro') || fields.has('readonly') ? isTrue(fields, 'ro', 'readonly') : undefined;
  const target = field('target', 'dst', 'destination');
  if (target === '' && (type === 'bind' || type === 'cache' || type === 'tmpfs')) {
    throw invalid('invalid mount target ""');
  }
  return {
    ...{ type, target, source: field('source', 'src'), from: field('from'), id: field('id') },
    readOnly: readOnly ?? (writable === undefined ? type === 'bind' : !writable),
    sharing: oneOf(SHARINGS, field('sharing') || 'shared', 'sharing value'),
    required: isTrue(fields, 'required'),
    mode: number('mode', undefined, octal),
    ...{ uid: number('uid', 0, whole), gid: number('gid', 0, whole), env: field('env') },
    size: number('tmpfs-size', number('size', 0, sizeOf), sizeOf),
  };
}

function oneOf<T extends string>(values: readonly T[], text: string, what: string): T {
  const found = values.find((value) => value === text.toLowerCase());
  if (found === undefined) throw invalid(`unsupported ${what} "${text}"`);
  return found;
}

/** The value of the first flag that is given, `false` if none is. */
function isTrue(fields: ReadonlyMap<string, string>, ...names: readonly string[]): boolean {
  const name = names.find((each) => fields.has(each)) ?? '';
  const value = fields.get(name) ?? 'false';
  if (/^(true|1|t)$/i.test(value)) return true;
  if (/^(false|0|f)$/i.test(value)) return false;
  throw invalid(`invalid value for key '${name}': ${value}`);
}

function whole(text: string): number | undefined {
  return /^\d+$/.test(text) ? Number(text) : undefined;
}

function octal(text: string): number | undefined {
  return /^[0-7]+$/.test(text) ? Number.parseInt(text, 8) : undefined;
}

function invalid(message: string): EngineError {
  return new EngineError('invalid', message);
}

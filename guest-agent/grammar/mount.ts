import { formatFields, parseFields } from './csv-fields.ts';
import type { Mount } from './engine-types.ts';
import { GrammarError } from './grammar-error.ts';
import { keyValueEntries, keyValues, splitEntry } from './key-values.ts';
import { formatSize, parseSize } from './size.ts';
import { isPropagation } from './volume.ts';

/** The fields of `--mount`, by name. Several values of a name keep their order. */
type Fields = ReadonlyMap<string, readonly string[]>;

const ALIASES: Readonly<Record<string, string>> = {
  src: 'source',
  dst: 'target',
  destination: 'target',
  ro: 'readonly',
};
const NAMES = new Set([
  ...['type', 'source', 'target', 'readonly', 'volume-nocopy', 'tmpfs-size', 'tmpfs-mode'],
  ...['volume-driver', 'volume-label', 'volume-opt', 'volume-subpath', 'image-subpath'],
  ...['bind-propagation', 'bind-recursive', 'consistency'],
]);

/** Reads `--mount type=volume,source=data,target=/data,readonly`. The default type is volume. */
export function parseMount(text: string): Mount {
  try {
    return mountOf(readFields(text));
  } catch (error) {
    if (!(error instanceof GrammarError)) throw error;
    throw new GrammarError(`invalid mount "${text}": ${error.message}`);
  }
}

function readFields(text: string): Fields {
  const fields = new Map<string, string[]>();
  for (const field of parseFields(text)) {
    const [name, value = 'true'] = splitEntry(field);
    const given = name.trim().toLowerCase();
    const key = ALIASES[given] ?? given;
    if (!NAMES.has(key)) throw new GrammarError(`unexpected key "${given}"`);
    const values = fields.get(key);
    if (values === undefined) fields.set(key, [value]);
    else values.push(value);
  }
  return fields;
}

const last = (fields: Fields, name: string) => fields.get(name)?.at(-1);

function mountOf(fields: Fields): Mount {
  const type = last(fields, 'type') ?? 'volume';
  const source = last(fields, 'source');
  const target = last(fields, 'target');
  const consistency = last(fields, 'consistency');
  if (target === undefined) throw new GrammarError('target is required');
  if (!target.startsWith('/')) throw new GrammarError('target must be an absolute path');
  const common = {
    ...(source !== undefined && { Source: source }),
    Target: target,
    ...(isTrue(last(fields, 'readonly')) && { ReadOnly: true }),
    ...(consistency !== undefined && { Consistency: consistency.toLowerCase() }),
  };
  switch (type) {
    case 'bind':
      if (source === undefined) throw new GrammarError('a bind mount needs a source');
      return { Type: 'bind', ...common, ...some('BindOptions', bindOptions(fields)) };
    case 'volume':
      return { Type: 'volume', ...common, ...some('VolumeOptions', volumeOptions(fields)) };
    case 'image': {
      if (source === undefined) throw new GrammarError('an image mount needs a source');
      const { ReadOnly: _, ...rest } = common;
      const Subpath = last(fields, 'image-subpath');
      return {
        Type: 'image',
        ...rest,
        ...(Subpath !== undefined && { ImageOptions: { Subpath } }),
      };
    }
    case 'tmpfs':
      if (source !== undefined) throw new GrammarError("a tmpfs can't have a source");
      return { Type: 'tmpfs', ...common, ...some('TmpfsOptions', tmpfsOptions(fields)) };
    default:
      throw new GrammarError(`type "${type}" is not one of bind, volume, tmpfs, image`);
  }
}

const isTrue = (text: string | undefined) => text !== undefined && /^(1|t|true)$/i.test(text);

/** The options under their name; empty if there are no options. */
const some = <Name extends string, Options extends object>(name: Name, options: Options) =>
  (Object.keys(options).length > 0 ? { [name]: options } : {}) as { [Key in Name]?: Options };

const RECURSIVE: Readonly<Record<string, NonNullable<Mount['BindOptions']>>> = {
  enabled: {},
  disabled: { NonRecursive: true },
  writable: { ReadOnlyNonRecursive: true },
  readonly: { ReadOnlyForceRecursive: true },
};

function bindOptions(fields: Fields): NonNullable<Mount['BindOptions']> {
  const propagation = last(fields, 'bind-propagation');
  if (propagation !== undefined && !isPropagation(propagation)) {
    throw new GrammarError(`unknown propagation "${propagation}"`);
  }
  const word = last(fields, 'bind-recursive') ?? 'enabled';
  const recursive = RECURSIVE[word];
  if (!recursive) {
    const words = Object.keys(RECURSIVE).join(', ');
    throw new GrammarError(`bind-recursive "${word}" is not one of ${words}`);
  }
  return { ...(propagation !== undefined && { Propagation: propagation }), ...recursive };
}

function volumeOptions(fields: Fields): NonNullable<Mount['VolumeOptions']> {
  const labels = fields.get('volume-label');
  const options = fields.get('volume-opt');
  const driver = last(fields, 'volume-driver');
  const Subpath = last(fields, 'volume-subpath');
  return {
    ...(isTrue(last(fields, 'volume-nocopy')) && { NoCopy: true }),
    ...(labels && { Labels: keyValues(labels) }),
    ...(Subpath !== undefined && { Subpath }),
    ...((driver !== undefined || options) && {
      DriverConfig: {
        ...(driver !== undefined && { Name: driver }),
        ...(options && { Options: keyValues(options) }),
      },
    }),
  };
}

function tmpfsOptions(fields: Fields): NonNullable<Mount['TmpfsOptions']> {
  const size = last(fields, 'tmpfs-size');
  const mode = last(fields, 'tmpfs-mode');
  if (mode !== undefined && !/^[0-7]+$/.test(mode)) {
    throw new GrammarError(`tmpfs-mode "${mode}" is not an octal number`);
  }
  return {
    ...(size !== undefined && { SizeBytes: parseSize(size) }),
    ...(mode !== undefined && { Mode: Number.parseInt(mode, 8) }),
  };
}

/** The value of `--mount` for a mount from the engine, which sends options that aren't set as null or empty. */
export function formatMount(mount: Mount): string {
  const { Type, Source, Target, ReadOnly, Consistency } = mount;
  const bind = mount.BindOptions ?? {};
  const volume = mount.VolumeOptions ?? {};
  const tmpfs = mount.TmpfsOptions ?? {};
  const recursive = Object.entries(RECURSIVE).find(([, options]) =>
    Object.keys(options).some((name) => bind[name as keyof typeof bind]),
  )?.[0];
  const entries: readonly (readonly [name: string, value: string | false | undefined])[] = [
    ['type', Type],
    ['source', Source],
    ['target', Target],
    ['readonly', ReadOnly && 'true'],
    ['consistency', Consistency],
    ['bind-propagation', bind.Propagation],
    ['bind-recursive', recursive],
    ['volume-nocopy', volume.NoCopy && 'true'],
    ['volume-subpath', volume.Subpath],
    ...keyValueEntries(volume.Labels).map((label) => ['volume-label', label] as const),
    ['volume-driver', volume.DriverConfig?.Name],
    ...keyValueEntries(volume.DriverConfig?.Options).map((one) => ['volume-opt', one] as const),
    ['tmpfs-size', tmpfs.SizeBytes ? formatSize(tmpfs.SizeBytes) : undefined],
    ['tmpfs-mode', tmpfs.Mode ? tmpfs.Mode.toString(8) : undefined],
    ['image-subpath', mount.ImageOptions?.Subpath],
  ];
  return formatFields(
    entries.flatMap(([name, value]) =>
      !value ? [] : name === 'readonly' ? [name] : [`${name}=${value}`],
    ),
  );
}

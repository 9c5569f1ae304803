import type { Mount } from '../../../guest-agent/contract/engine-types.ts';
import { HostError } from '../../host/base/errors.ts';
import { parseBytes } from './bytes.ts';
import { keyValues } from './repeated.ts';
import { bindSource, isPropagation } from './volume.ts';

/** Parses `--mount type=volume,source=data,target=/data,readonly`; `type` is `volume` if left out. */
export function parseMount(text: string): Mount {
  const entries = splitFields(text).map((field): [string, string] => {
    const equals = field.indexOf('=');
    const name = (equals < 0 ? field : field.slice(0, equals)).trim().toLowerCase();
    return [canonicalName(name, text), equals < 0 ? 'true' : field.slice(equals + 1)];
  });
  const fields = new Map(entries);
  const type = fields.get('type') ?? 'volume';
  const source = fields.get('source');
  const target = fields.get('target');
  if (target === undefined) throw invalid(text, 'target is required');
  if (!target.startsWith('/')) throw invalid(text, 'target must be an absolute path');
  const readOnly = fields.get('readonly') === 'true' ? { ReadOnly: true } : {};
  switch (type) {
    case 'bind':
      if (source === undefined) throw invalid(text, 'a bind mount needs a source');
      return {
        ...{ Type: 'bind', Source: bindSource(source), Target: target },
        ...readOnly,
        ...bindOptions(fields, text),
      };
    case 'volume':
      return {
        Type: 'volume',
        Target: target,
        ...(source === undefined ? {} : { Source: source }),
        ...readOnly,
        ...volumeOptions(entries),
      };
    case 'image': {
      if (source === undefined) throw invalid(text, 'an image mount needs a source');
      const subpath = fields.get('image-subpath');
      return {
        ...{ Type: 'image', Source: source, Target: target },
        ...(subpath === undefined ? {} : { ImageOptions: { Subpath: subpath } }),
      };
    }
    case 'tmpfs':
      if (source !== undefined) throw invalid(text, 'a tmpfs has no source');
      return { Type: 'tmpfs', Target: target, ...readOnly, ...tmpfsOptions(fields) };
    default:
      throw invalid(text, `type "${type}" is not one of bind, volume, tmpfs, image`);
  }
}

/** Splits at commas, except within double quotes: `"volume-opt=o=size=1m,ro"`. */
function splitFields(text: string): string[] {
  const fields = text.match(/(?:"[^"]*"|[^,"])+/g) ?? [];
  return fields.map((field) => field.replaceAll('"', ''));
}

function bindOptions(
  fields: ReadonlyMap<string, string>,
  text: string,
): Pick<Mount, 'BindOptions'> {
  const propagation = fields.get('bind-propagation');
  if (propagation !== undefined && !isPropagation(propagation)) {
    throw invalid(text, `unknown propagation "${propagation}"`);
  }
  const recursive = fields.get('bind-recursive');
  const given = {
    ...(propagation !== undefined && { Propagation: propagation }),
    ...(recursive === 'disabled' && { NonRecursive: true }),
    ...(recursive === 'writable' && { ReadOnlyNonRecursive: true }),
  };
  return Object.keys(given).length > 0 ? { BindOptions: given } : {};
}

function volumeOptions(entries: readonly [string, string][]): Pick<Mount, 'VolumeOptions'> {
  const all = (name: string) =>
    entries.filter((entry) => entry[0] === name).map(([, value]) => value);
  const labels = all('volume-label');
  const options = all('volume-opt');
  const driver = all('volume-driver').at(-1);
  const subpath = all('volume-subpath').at(-1);
  const driverConfig = {
    ...(driver === undefined ? {} : { Name: driver }),
    ...(options.length > 0 ? { Options: keyValues(options) } : {}),
  };
  const given = {
    ...(all('volume-nocopy').at(-1) === 'true' ? { NoCopy: true } : {}),
    ...(labels.length > 0 ? { Labels: keyValues(labels) } : {}),
    ...(subpath === undefined ? {} : { Subpath: subpath }),
    ...(Object.keys(driverConfig).length > 0 ? { DriverConfig: driverConfig } : {}),
  };
  return Object.keys(given).length > 0 ? { VolumeOptions: given } : {};
}

const ALIASES: Readonly<Record<string, string>> = {
  src: 'source',
  dst: 'target',
  destination: 'target',
  ro: 'readonly',
};
const FIELDS = new Set([
  ...['type', 'source', 'target', 'readonly', 'volume-nocopy', 'tmpfs-size', 'tmpfs-mode'],
  ...['volume-driver', 'volume-label', 'volume-opt', 'volume-subpath', 'image-subpath'],
  ...['bind-propagation', 'bind-recursive', 'consistency'],
]);

function canonicalName(name: string, text: string): string {
  const canonical = ALIASES[name] ?? name;
  if (!FIELDS.has(canonical)) throw invalid(text, `unexpected key "${name}"`);
  return canonical;
}

function tmpfsOptions(fields: ReadonlyMap<string, string>): Pick<Mount, 'TmpfsOptions'> {
  const size = fields.get('tmpfs-size');
  const mode = fields.get('tmpfs-mode');
  if (size === undefined && mode === undefined) return {};
  return {
    TmpfsOptions: {
      ...(size === undefined ? {} : { SizeBytes: parseBytes(size) }),
      ...(mode === undefined ? {} : { Mode: Number.parseInt(mode, 8) }),
    },
  };
}

function invalid(text: string, reason: string): HostError {
  return new HostError('invalid', `invalid mount "${text}": ${reason}`);
}

import type { Mount } from '@docker/node-sdk';
import { HostError } from '../../host/errors.ts';
import { parseBytes } from './bytes.ts';
import { sharingNotPossible } from './volume.ts';

/** Parses `--mount type=volume,source=data,target=/data,readonly`; `type` is `volume` if left out. */
export function parseMount(text: string): Mount {
  const fields = new Map<string, string>();
  for (const field of text.split(',')) {
    const equals = field.indexOf('=');
    const name = (equals < 0 ? field : field.slice(0, equals)).trim().toLowerCase();
    fields.set(canonicalName(name, text), equals < 0 ? 'true' : field.slice(equals + 1));
  }
  const type = fields.get('type') ?? 'volume';
  const source = fields.get('source');
  const target = fields.get('target');
  if (target === undefined) throw invalid(text, 'target is required');
  if (!target.startsWith('/')) throw invalid(text, 'target must be an absolute path');
  const readOnly = fields.get('readonly') === 'true' ? { ReadOnly: true } : {};
  switch (type) {
    case 'bind':
      if (source === undefined) throw invalid(text, 'a bind mount needs a source');
      throw sharingNotPossible(source);
    case 'volume':
      return {
        Type: 'volume',
        Target: target,
        ...(source === undefined ? {} : { Source: source }),
        ...readOnly,
        ...(fields.get('volume-nocopy') === 'true' ? { VolumeOptions: { NoCopy: true } } : {}),
      };
    case 'tmpfs':
      if (source !== undefined) throw invalid(text, 'a tmpfs has no source');
      return { Type: 'tmpfs', Target: target, ...readOnly, ...tmpfsOptions(fields) };
    default:
      throw invalid(text, `type "${type}" is not one of bind, volume, tmpfs`);
  }
}

const ALIASES: Readonly<Record<string, string>> = {
  src: 'source',
  dst: 'target',
  destination: 'target',
  ro: 'readonly',
};
const FIELDS = new Set([
  ...['type', 'source', 'target', 'readonly', 'volume-nocopy', 'tmpfs-size', 'tmpfs-mode'],
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

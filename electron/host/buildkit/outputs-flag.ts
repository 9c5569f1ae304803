import { resolve } from 'node:path';
import type { Writable } from 'node:stream';
import { parseFields } from '../../../guest-agent/grammar/csv-fields.ts';
import { splitEntry } from '../../../guest-agent/grammar/key-values.ts';
import { HostError } from '../base/errors.ts';
import type { OutputPlace } from './outputs.ts';
import type { Typed } from './solve.ts';

/** What a build gives its client. */
export interface Outputs {
  readonly exporters: readonly Typed[];
  /** Where the files of an exporter go, by its index. */
  readonly places: ReadonlyMap<number, OutputPlace>;
  readonly pushes: boolean;
}

export interface OutputFlags {
  /** `--output`. */
  readonly outputs: readonly string[];
  readonly load: boolean;
  readonly push: boolean;
  readonly tags: readonly string[];
  readonly stdout: Writable & { readonly isTTY?: boolean };
}

/**
 * Reads `--output`, `--load` and `--push` as buildx does. Without any of them, the image stays in the
 * engine. Throws HostError 'invalid'.
 */
export function readOutputs({ outputs, load, push, tags, stdout }: OutputFlags): Outputs {
  const wanted = outputs.map(parseOutput);
  if (load && !wanted.some(({ type, dest }) => type === 'docker' && dest === undefined)) {
    wanted.push({ type: 'docker', dest: undefined, attributes: {} });
  }
  if (push && !wanted.some(({ type }) => type === 'image')) {
    wanted.push({ type: 'image', dest: undefined, attributes: { push: 'true' } });
  }
  if (push) for (const each of wanted) if (each.type === 'image') each.attributes.push = 'true';
  if (wanted.length === 0) wanted.push({ type: 'image', dest: undefined, attributes: {} });
  const exporters: Typed[] = [];
  const places = new Map<number, OutputPlace>();
  let pushes = false;
  for (const { type, dest, attributes } of wanted) {
    const name = tags.length > 0 ? { name: tags.join(',') } : {};
    if (type === 'cacheonly') continue;
    if (type === 'image' || (type === 'docker' && dest === undefined)) {
      if (isTrue(attributes.push)) {
        if (!(attributes.name ?? name.name)) {
          throw new HostError('invalid', 'tag is needed when pushing to registry');
        }
        pushes = true;
      }
      exporters.push({ Type: 'moby', Attrs: { ...attributes, ...name } });
      continue;
    }
    places.set(exporters.length, placeOf(type, dest, stdout));
    const isImage = type === 'oci' || type === 'docker';
    exporters.push({ Type: type, Attrs: { ...attributes, ...(isImage && name) } });
  }
  return { exporters, places, pushes };
}

interface WantedOutput {
  readonly type: string;
  readonly dest: string | undefined;
  readonly attributes: Record<string, string>;
}

function parseOutput(text: string): WantedOutput {
  const fields = parseFields(text);
  const [first = ''] = fields;
  if (fields.length === 1 && first === text && !text.startsWith('type=')) {
    return text === '-'
      ? { type: 'tar', dest: '-', attributes: {} }
      : { type: 'local', dest: text, attributes: {} };
  }
  const entries = fields.map((field) => {
    const [name, value] = splitEntry(field);
    if (value === undefined) throw new HostError('invalid', `invalid value ${field}`);
    return [
      name.toLowerCase() === 'type' || name.toLowerCase() === 'dest' ? name.toLowerCase() : name,
      value,
    ];
  });
  const { type, dest, ...attributes } = Object.fromEntries(entries) as Record<string, string>;
  if (!type) throw new HostError('invalid', 'type is required for output');
  if (type === 'registry') {
    return { type: 'image', dest, attributes: { push: 'true', ...attributes } };
  }
  return { type, dest, attributes };
}

function placeOf(
  type: string,
  dest: string | undefined,
  stdout: OutputFlags['stdout'],
): OutputPlace {
  if (type === 'local') {
    if (dest === undefined) throw new HostError('invalid', 'dest is required for local exporter');
    if (dest === '-') throw new HostError('invalid', 'dest cannot be stdout for local exporter');
    return { kind: 'directory', path: resolve(dest) };
  }
  if (dest !== undefined && dest !== '-') return { kind: 'file', path: resolve(dest) };
  if (stdout.isTTY) {
    throw new HostError(
      'invalid',
      `dest file is required for ${type} exporter. refusing to write to console`,
    );
  }
  return { kind: 'stream', stream: stdout };
}

const isTrue = (text: string | undefined) => ['1', 't', 'true'].includes(text?.toLowerCase() ?? '');

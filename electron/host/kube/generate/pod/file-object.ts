import type { ConfigMap, Secret } from 'kubernetes-types/core/v1.js';

/** Objects can't be larger than a request to etcd. */
export const MOST_BYTES = 1_000_000;

type Files = Readonly<Record<string, Buffer>>;
type Labels = Record<string, string>;

/** Undefined if the bytes aren't text. */
function textOf(bytes: Buffer): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (error) {
    // The decoder throws a TypeError for bytes that aren't UTF-8.
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}

function split(files: Files): { text: Record<string, string>; binary: Record<string, string> } {
  const text: Record<string, string> = {};
  const binary: Record<string, string> = {};
  for (const [name, bytes] of Object.entries(files)) {
    const decoded = textOf(bytes);
    if (decoded === undefined) binary[name] = bytes.toString('base64');
    else text[name] = decoded;
  }
  return { text, binary };
}

const some = <T extends object>(entries: T) => Object.keys(entries).length > 0;

export function configMapOf(name: string, labels: Labels, files: Files): ConfigMap {
  const { text, binary } = split(files);
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name, labels },
    ...(some(text) || !some(binary) ? { data: text } : {}),
    ...(some(binary) ? { binaryData: binary } : {}),
  };
}

export function secretOf(name: string, labels: Labels, files: Files): Secret {
  const { text, binary } = split(files);
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name, labels },
    type: 'Opaque',
    ...(some(text) || !some(binary) ? { stringData: text } : {}),
    ...(some(binary) ? { data: binary } : {}),
  };
}

/** A key of a ConfigMap or Secret for a file's name. */
export function fileKey(name: string): string {
  return name.replace(/[^-._a-zA-Z0-9]/g, '_').slice(0, 253) || 'file';
}

import type { ConfigMap, KeyToPath, Secret, Volume } from 'kubernetes-types/core/v1.js';
import { isSecretName } from './secret-name.ts';

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

/** PEM, OpenSSH, PGP and PuTTY. */
const PRIVATE_KEY = /-----BEGIN ([A-Z0-9]+ )*PRIVATE KEY( BLOCK)?-----|^PuTTY-User-Key-File-/m;
/** Stores of keys, and files that hold only passwords. */
const SECRET_NAME = /\.(p12|pfx|jks|keystore|kdbx)$|^\.(netrc|pgpass|htpasswd)$/i;

/** Whether files shouldn't be in a ConfigMap, which more people can read than a Secret. */
export function areSecret(files: Files): boolean {
  return Object.entries(files).some(
    ([name, bytes]) =>
      SECRET_NAME.test(name) || isSecretName(name) || PRIVATE_KEY.test(bytes.toString('latin1')),
  );
}

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

/** The volume of a pod that has the files of a ConfigMap or Secret. */
export function fileVolume(
  name: string,
  object: string,
  items: KeyToPath[],
  isSecret: boolean,
): Volume {
  return isSecret
    ? { name, secret: { secretName: object, items } }
    : { name, configMap: { name: object, items } };
}

/** A key of a ConfigMap or Secret for a file's name. */
export function fileKey(name: string): string {
  return name.replace(/[^-._a-zA-Z0-9]/g, '_').slice(0, 253) || 'file';
}

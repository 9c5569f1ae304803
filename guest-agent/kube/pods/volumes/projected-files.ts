import type {
  ConfigMapProjection,
  DownwardAPIVolumeFile,
  KeyToPath,
  SecretProjection,
  ServiceAccountTokenProjection,
  Volume,
} from 'kubernetes-types/core/v1.js';
import { accountOf, type PodAccess } from '../../access/pod-access.ts';
import { ROOT_CA, rootCa } from '../../access/root-ca.ts';
import type { Objects } from '../../objects/objects.ts';
import { configMaps, secrets } from '../../objects/resources.ts';
import { podField } from '../environment/field-ref.ts';
import { resourceField } from '../environment/resource-field-ref.ts';
import { namespaceOf, type PodView } from '../pod-context.ts';
import type { VolumeFile, VolumeFiles } from './atomic-files.ts';

/** A volume can't be prepared yet. The message is the kubelet's. */
export class VolumeError extends Error {
  constructor(message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = 'VolumeError';
  }
}

const DEFAULT_MODE = 0o644;

/**
 * The files of a volume that shows objects: configMap, secret, downwardAPI or projected. Undefined
 * for other volumes. Throws VolumeError if an object or a key is missing that isn't optional.
 */
export function projectedFiles(
  { objects, access }: Pick<Source, 'objects' | 'access'>,
  view: PodView,
  volume: Volume,
): VolumeFiles | undefined {
  const { configMap, secret, downwardAPI, projected } = volume;
  const source = { objects, access, view };
  if (configMap) return configMapFiles(source, configMap, configMap.defaultMode ?? DEFAULT_MODE);
  if (secret) {
    const { secretName, defaultMode = DEFAULT_MODE, ...rest } = secret;
    const name = secretName === undefined ? {} : { name: secretName };
    return secretFiles(source, { ...rest, ...name }, defaultMode);
  }
  if (downwardAPI) {
    return downwardFiles(view, downwardAPI.items ?? [], downwardAPI.defaultMode ?? DEFAULT_MODE);
  }
  if (!projected) return undefined;
  const mode = projected.defaultMode ?? DEFAULT_MODE;
  const files = new Map<string, VolumeFile>();
  for (const each of projected.sources ?? []) {
    const parts = [
      each.configMap && configMapFiles(source, each.configMap, mode),
      each.secret && secretFiles(source, each.secret, mode),
      each.serviceAccountToken && tokenFiles(source, each.serviceAccountToken, mode),
      each.downwardAPI && downwardFiles(view, each.downwardAPI.items ?? [], mode),
    ];
    for (const part of parts) for (const [path, file] of part ?? []) files.set(path, file);
  }
  return files;
}

interface Source {
  readonly objects: Objects;
  readonly access?: PodAccess | undefined;
  readonly view: PodView;
}

function configMapFiles(
  { objects, access, view }: Source,
  { name = '', items, optional }: ConfigMapProjection,
  mode: number,
): VolumeFiles {
  const namespace = namespaceOf(view.pod);
  const own = objects.get(configMaps, { namespace, name });
  const found = own ?? (name === ROOT_CA && access ? rootCa(access.authority) : undefined);
  if (!found && !optional) throw new VolumeError(`configmap "${name}" not found`);
  const contents = new Map<string, Buffer>();
  for (const [key, text] of Object.entries(found?.data ?? {})) contents.set(key, Buffer.from(text));
  for (const [key, data] of Object.entries(found?.binaryData ?? {})) {
    contents.set(key, Buffer.from(data, 'base64'));
  }
  const missing = `configmap references non-existent config key`;
  return chosen(contents, items, mode, optional ?? false, missing);
}

function tokenFiles(
  { access, view }: Source,
  { path, audience, expirationSeconds: seconds }: ServiceAccountTokenProjection,
  mode: number,
): VolumeFiles {
  const token = access?.token(view.pod, { seconds, audience: audience || undefined });
  if (token === undefined) {
    const { namespace, name } = accountOf(view.pod);
    throw new VolumeError(`serviceaccount "${namespace}/${name}" not found`);
  }
  return new Map([[checkedPath(path), { content: Buffer.from(token), mode }]]);
}

function secretFiles(
  { objects, view }: Source,
  { name = '', items, optional }: SecretProjection,
  mode: number,
): VolumeFiles {
  const namespace = namespaceOf(view.pod);
  const found = objects.get(secrets, { namespace, name });
  if (!found && !optional) throw new VolumeError(`secret "${name}" not found`);
  const contents = new Map(
    Object.entries(found?.data ?? {}).map(
      ([key, data]) => [key, Buffer.from(data, 'base64')] as const,
    ),
  );
  return chosen(contents, items, mode, optional ?? false, 'references non-existent secret key');
}

/** All keys as files, or the listed ones. */
function chosen(
  contents: ReadonlyMap<string, Buffer>,
  items: readonly KeyToPath[] | undefined,
  mode: number,
  optional: boolean,
  missing: string,
): VolumeFiles {
  const files = new Map<string, VolumeFile>();
  if (items === undefined || items.length === 0) {
    for (const [key, content] of contents) files.set(checkedPath(key), { content, mode });
    return files;
  }
  for (const { key, path, mode: own } of items) {
    const content = contents.get(key);
    if (content !== undefined) files.set(checkedPath(path), { content, mode: own ?? mode });
    else if (!optional) throw new VolumeError(`${missing}: ${key}`);
  }
  return files;
}

function downwardFiles(
  view: PodView,
  items: readonly DownwardAPIVolumeFile[],
  mode: number,
): VolumeFiles {
  const files = new Map<string, VolumeFile>();
  for (const { path, fieldRef, resourceFieldRef, mode: own } of items) {
    const { containers = [], initContainers = [] } = view.pod.spec ?? {};
    const container = [...containers, ...initContainers].find(
      ({ name }) => name === resourceFieldRef?.containerName,
    );
    const text = fieldRef
      ? podField(view, fieldRef.fieldPath)
      : container && resourceFieldRef && resourceField(container, resourceFieldRef);
    if (text === undefined) throw new VolumeError(`unsupported field of the file ${path}`);
    files.set(checkedPath(path), { content: Buffer.from(text), mode: own ?? mode });
  }
  return files;
}

/** The agent writes as root: a path must not lead out of the volume, or to its own `..data`. */
function checkedPath(path: string): string {
  const isOutside = (part: string) => ['', '.', '..'].includes(part);
  if (path.startsWith('..') || path.split('/').some(isOutside)) {
    throw new VolumeError(`invalid path: ${path}`);
  }
  return path;
}

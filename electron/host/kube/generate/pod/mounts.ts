import { posix } from 'node:path';
import type { ConfigMap, Secret, Volume, VolumeMount } from 'kubernetes-types/core/v1.js';
import type { ContainerCreateRequest } from '../../../../../guest-agent/grammar/engine-types.ts';
import { parseSize } from '../../../../../guest-agent/grammar/size.ts';
import { isHostPath, splitVolume } from '../../../../../guest-agent/grammar/volume.ts';
import type { Warn } from '../generated.ts';
import { kubeName, type Names } from '../kube-name.ts';
import { byteQuantity } from '../quantity.ts';
import { areSecret, configMapOf, fileKey, fileVolume, secretOf } from './file-object.ts';
import { readSmallFiles } from './small-files.ts';

/** What a container mounts, in the terms of a pod. */
export interface PodMounts {
  readonly mounts: VolumeMount[];
  readonly volumes: Volume[];
  /** The engine's volumes that need a claim. `name` is that of the pod's volume. */
  readonly claims: { readonly name: string; readonly source: string }[];
  readonly fileObjects: (ConfigMap | Secret)[];
}

export interface MountContext {
  readonly owner: string;
  readonly labels: Record<string, string>;
  readonly names: Names;
  readonly warn: Warn;
}

interface PlainMount {
  readonly type: string;
  readonly source: string | undefined;
  readonly target: string;
  readonly readOnly: boolean;
  readonly subPath?: string | undefined;
  readonly sizeBytes?: number | undefined;
}

export async function mountsOf(
  request: ContainerCreateRequest,
  context: MountContext,
): Promise<PodMounts> {
  const result: PodMounts = { mounts: [], volumes: [], claims: [], fileObjects: [] };
  for (const mount of plainMounts(request)) {
    const taken = new Set(result.volumes.map(({ name }) => name));
    for (const { name } of result.claims) taken.add(name);
    await add(result, mount, freeName(mount, taken), context);
  }
  const { ShmSize } = request.HostConfig ?? {};
  if (ShmSize) {
    const sizeLimit = byteQuantity(ShmSize);
    result.volumes.push({ name: 'shm', emptyDir: { medium: 'Memory', sizeLimit } });
    result.mounts.push({ name: 'shm', mountPath: '/dev/shm' });
  }
  return result;
}

/** The mounts of all forms that a request has for them. */
function plainMounts({ HostConfig = {}, Volumes }: ContainerCreateRequest): PlainMount[] {
  const binds = (HostConfig.Binds ?? []).flatMap((bind): PlainMount[] => {
    const volume = splitVolume(bind);
    if (volume?.source === undefined) return [];
    const { source, target, options = [] } = volume;
    const type = isHostPath(source) ? 'bind' : 'volume';
    return [{ type, source, target, readOnly: options.includes('ro') }];
  });
  const mounts = (HostConfig.Mounts ?? []).map(
    (mount): PlainMount => ({
      type: mount.Type ?? 'volume',
      source: mount.Source || undefined,
      target: mount.Target ?? '',
      readOnly: mount.ReadOnly === true,
      subPath: mount.VolumeOptions?.Subpath,
      sizeBytes: mount.TmpfsOptions?.SizeBytes,
    }),
  );
  const tmpfs = Object.entries(HostConfig.Tmpfs ?? {}).map(([target, options]): PlainMount => {
    const size = /(?:^|,)size=([^,]+)/.exec(options)?.[1];
    const sizeBytes = size === undefined || size.endsWith('%') ? undefined : parseSize(size);
    return { type: 'tmpfs', source: undefined, target, readOnly: false, sizeBytes };
  });
  const anonymous = Object.keys(Volumes ?? {}).map(
    (target): PlainMount => ({ type: 'volume', source: undefined, target, readOnly: false }),
  );
  return [...binds, ...mounts, ...tmpfs, ...anonymous];
}

function freeName({ type, source, target }: PlainMount, taken: ReadonlySet<string>): string {
  const base = kubeName(
    type === 'volume' && source ? source : target.replace(/^\/+/, '') || 'root',
  );
  for (let number = 1; ; number++) {
    const name = number === 1 ? base : `${base}-${number}`;
    if (!taken.has(name)) return name;
  }
}

async function add(
  result: PodMounts,
  mount: PlainMount,
  name: string,
  context: MountContext,
): Promise<void> {
  const { type, source, target, readOnly, subPath, sizeBytes } = mount;
  const mounted: VolumeMount = {
    name,
    mountPath: target,
    ...(readOnly ? { readOnly: true } : {}),
    ...(subPath === undefined ? {} : { subPath }),
  };
  if (type === 'bind') return addBind(result, mount, mounted, context);
  if (type === 'tmpfs') {
    const sizeLimit = sizeBytes ? { sizeLimit: byteQuantity(sizeBytes) } : {};
    result.volumes.push({ name, emptyDir: { medium: 'Memory', ...sizeLimit } });
  } else if (type === 'volume' && source === undefined) {
    result.volumes.push({ name, emptyDir: {} });
  } else if (type === 'volume' && source !== undefined) {
    const known = result.claims.find((claim) => claim.source === source);
    if (known) mounted.name = known.name;
    else result.claims.push({ name, source });
  } else {
    context.warn(`the mount of type ${type} at ${target} is omitted`);
    return;
  }
  result.mounts.push(mounted);
}

/** Files that a container only reads become a ConfigMap or a Secret; other folders stay on the node. */
async function addBind(
  result: PodMounts,
  { source = '', target, readOnly }: PlainMount,
  mounted: VolumeMount,
  { owner, labels, names, warn }: MountContext,
): Promise<void> {
  const { name } = mounted;
  const small = readOnly ? await readSmallFiles(source) : undefined;
  if (small === undefined) {
    const path = source.replaceAll('\\', '/');
    result.volumes.push({ name, hostPath: { path: path.startsWith('/') ? path : `/${path}` } });
    result.mounts.push(mounted);
    warn(`${source} at ${target} is a folder of the host, which a cluster doesn't have`);
    return;
  }
  const keys = Object.entries(small.files).map(([file, bytes]) => ({
    file,
    key: fileKey(file),
    bytes,
  }));
  const object = names.nameFor(`bind ${owner} ${target}`, `${owner}-${posix.basename(target)}`);
  const files = Object.fromEntries(keys.map(({ key, bytes }) => [key, bytes]));
  const items = keys.map(({ file, key }) => ({ key, path: file }));
  const isSecret = areSecret(small.files);
  result.fileObjects.push((isSecret ? secretOf : configMapOf)(object, labels, files));
  result.volumes.push(fileVolume(name, object, items, isSecret));
  const file = small.isFolder ? undefined : keys[0]?.file;
  result.mounts.push({ ...mounted, ...(file === undefined ? {} : { subPath: file }) });
}

import { type FileHandle, mkdir, realpath, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { resolveInRoot } from '../../../runtime/files/rootfs-path.ts';
import { mountFlags } from '../../../runtime/mounts/mount.ts';
import { bindMount, tmpfsMount } from '../../../runtime/spec/mounts.ts';
import type { OciMount } from '../../../runtime/spec/oci.ts';
import { openWithin } from '../../../shares/open-within.ts';
import type { Engine } from '../../engine.ts';
import type { ContainerRecord, MountPoint } from '../record/container.ts';
import { prepareSharedFolder } from './open-shared-folders.ts';
import { emptyLayer } from './root-file-system.ts';
import { sharedPlaces } from './shared-places.ts';

/** A container's volumes, bind mounts and tmpfs, with the volumes ready to be mounted. */
export async function containerMounts(
  engine: Engine,
  record: ContainerRecord,
  rootfs: string,
): Promise<OciMount[]> {
  const mounts: OciMount[] = [];
  for (const [index, point] of record.mounts.entries()) {
    mounts.push(await containerMount(engine, record, point, { index, rootfs }));
  }
  return mounts;
}

async function containerMount(
  engine: Engine,
  record: ContainerRecord,
  point: MountPoint,
  { index, rootfs }: { index: number; rootfs: string },
): Promise<OciMount> {
  const part = join(engine.directories.bundle(record.id), `subpath-${index}`);
  switch (point.type) {
    case 'tmpfs':
      return tmpfsMount(point.destination, point.options);
    case 'volume': {
      for (const place of await sharedPlaces(engine, { mounts: [point] })) {
        await prepareSharedFolder(engine, place);
      }
      await engine.volumes.mount(point.name, record.id, {
        destination: point.destination,
        'read/write': String(!point.readOnly),
        propagation: '',
      });
      if (!point.options.includes('nocopy') && point.subpath === '') {
        await engine.volumes.fillFrom(point.name, await resolveInRoot(rootfs, point.destination));
      }
      const source =
        point.subpath === ''
          ? point.source
          : await pinSubpath(engine, point.source, point.subpath, part);
      return bindMount(source, point.destination, access(point));
    }
    case 'image': {
      const root = await mountImage(engine, record, point, `image-${index}`);
      const source =
        point.subpath === '' ? root : await pinSubpath(engine, root, point.subpath, part);
      return bindMount(source, point.destination, ['ro']);
    }
    case 'bind': {
      const { destination, propagation, nonRecursive, subpath } = point;
      const place = await engine.shares.find(point.source);
      const { path, root } = place;
      await prepareSharedFolder(engine, place);
      let source = path;
      if (subpath !== '') {
        const whole = root === undefined ? await realpath(path) : path;
        source = await pinSubpath(engine, whole, subpath, part);
      } else if (root !== undefined) {
        source = await pin(engine, await engine.shares.open({ ...place, root }), part);
      }
      return bindMount(source, destination, access(point), {
        recursive: !nonRecursive,
        propagation: propagation || 'rprivate',
      });
    }
  }
}

function access({ readOnly, readOnlyNonRecursive }: MountPoint): string[] {
  if (!readOnly) return ['rw'];
  return [readOnlyNonRecursive ? 'ro' : 'rro'];
}

/** Mounts the layers of an image in the container's bundle, read-only. */
async function mountImage(
  engine: Engine,
  record: ContainerRecord,
  { layers }: MountPoint,
  name: string,
): Promise<string> {
  const target = join(engine.directories.bundle(record.id), name);
  await mkdir(target, { recursive: true });
  const mounted = await Promise.all(layers.map((diffId) => engine.layers.mount(diffId)));
  // Without a writable layer, overlayfs needs at least two layers.
  const lower = [...new Set(mounted.reverse()), emptyLayer(engine, record.id)];
  await engine.mounts.mount(
    'overlay',
    target,
    'overlay',
    mountFlags.readOnly,
    `lowerdir=${lower.join(':')}`,
  );
  return target;
}

/**
 * Mounts a part of a source at a place that only the engine uses. Other containers can write to the
 * source meanwhile, so the part is held open, and mounted only if it is inside.
 */
async function pinSubpath(
  engine: Engine,
  source: string,
  subpath: string,
  target: string,
): Promise<string> {
  const file = await openWithin(source, await resolveInRoot(source, subpath));
  return pin(engine, file, target);
}

/** Mounts an open file at a place that only the engine uses, and closes the file. */
async function pin(engine: Engine, file: FileHandle, target: string): Promise<string> {
  try {
    if ((await file.stat()).isDirectory()) await mkdir(target, { recursive: true });
    else await writeFile(target, '');
    await engine.mounts.mount(
      `/proc/self/fd/${file.fd}`,
      target,
      null,
      mountFlags.bind | mountFlags.recursive,
    );
    return target;
  } finally {
    await file.close();
  }
}

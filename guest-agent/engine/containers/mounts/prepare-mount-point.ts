import { mkdir, stat } from 'node:fs/promises';
import { EngineError, ifUnseen } from '../../../errors.ts';
import type { Place } from '../../../shares/shares.ts';
import type { Engine } from '../../engine.ts';
import type { MountPoint } from '../record/container.ts';
import { invalidMount, type RequestedMountPoint } from './mount-points.ts';

/**
 * Creates a missing volume, or the source directory of a bind mount, or finds an image. The caller
 * keeps the image's layers (`hold`) until the container that uses them is known.
 */
export async function prepareMountPoint(
  engine: Engine,
  { settings, mustExist = false, ...point }: RequestedMountPoint,
): Promise<MountPoint> {
  if (point.type === 'volume') {
    const { name } = await engine.volumes.ensure(point.name, settings);
    return { ...point, name, source: engine.volumes.mountpoint(name) };
  }
  if (point.type === 'image') {
    const { id, layers } = engine.images.resolve(point.source);
    return { ...point, source: id, layers: [...layers] };
  }
  if (point.type === 'bind') {
    const place = await engine.shares.find(point.source);
    if (!(await stat(place.path).catch(ifUnseen(undefined)))) {
      if (mustExist) {
        throw invalidMount('bind', `bind source path does not exist: ${point.source}`);
      }
      await makeSource(place, point.source);
    }
  }
  return point;
}

async function makeSource({ path, readOnly }: Place, hostPath: string): Promise<void> {
  const failed = (reason: string | undefined, cause?: unknown) =>
    new EngineError(
      'invalid',
      `error while creating mount source path '${hostPath}': mkdir ${hostPath}: ${reason}`,
      { cause },
    );
  if (readOnly) throw failed('read-only file system');
  await mkdir(path, { recursive: true, mode: 0o755 }).catch((cause) => {
    throw failed(cause.code, cause);
  });
}

import { mkdir, stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { HostPathVolumeSource } from 'kubernetes-types/core/v1.js';
import type { Engine } from '../../../engine/engine.ts';
import { ifUnseen } from '../../../errors.ts';
import { VolumeError } from './projected-files.ts';

/** Checks the type of a hostPath volume, and creates what its type says. */
export async function prepareHostPath(
  engine: Engine,
  { path, type = '' }: HostPathVolumeSource,
): Promise<void> {
  const place = await engine.shares.find(path);
  const found = await stat(place.path).catch(ifUnseen(undefined));
  const fail = (what: string) => {
    throw new VolumeError(`hostPath type check failed: ${path} is not a ${what}`);
  };
  switch (type) {
    // As for `docker run -v`, a missing folder is created.
    case '':
    case 'DirectoryOrCreate':
      if (!found) await mkdir(place.path, { recursive: true, mode: 0o755 });
      else if (type !== '' && !found.isDirectory()) fail('directory');
      return;
    case 'FileOrCreate':
      if (!found) {
        // As in the kubelet, its folder isn't created.
        if (!(await stat(dirname(place.path)).catch(ifUnseen(undefined)))) fail('file');
        await writeFile(place.path, '', { mode: 0o644 });
      } else if (!found.isFile()) fail('file');
      return;
    case 'Directory':
      return found?.isDirectory() ? undefined : fail('directory');
    case 'File':
      return found?.isFile() ? undefined : fail('file');
    case 'Socket':
      return found?.isSocket() ? undefined : fail('socket file');
    case 'CharDevice':
      return found?.isCharacterDevice() ? undefined : fail('character device');
    case 'BlockDevice':
      return found?.isBlockDevice() ? undefined : fail('block device');
    default:
      throw new VolumeError(`unknown hostPath type ${type}`);
  }
}

import { resolve } from 'node:path';
import { isMachinePath, typedPath } from '../../../guest-agent/contract/host-path.ts';
import type { Mount } from '../../../guest-agent/grammar/engine-types.ts';
import { parseMount } from '../../../guest-agent/grammar/mount.ts';
import { isHostPath, parseVolume, type Volume } from '../../../guest-agent/grammar/volume.ts';

/** The absolute path of a host folder. Paths in the VM don't change. */
const hostFolder = (source: string) =>
  isMachinePath(source) ? source : resolve(typedPath(source, process.platform === 'win32'));

/** A `--volume`, with its source resolved against the working directory. */
export function volumeFlag(text: string): Volume {
  const volume = parseVolume(text);
  const { source } = volume;
  if (source === undefined || !isHostPath(source)) return volume;
  return { ...volume, source: hostFolder(source) };
}

/** A `--mount`, with its source resolved against the working directory. */
export function mountFlag(text: string): Mount {
  const mount = parseMount(text);
  if (mount.Type !== 'bind' || mount.Source === undefined) return mount;
  return { ...mount, Source: hostFolder(mount.Source) };
}

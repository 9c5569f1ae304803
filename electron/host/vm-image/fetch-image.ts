import { mkdir, readdir, rm, stat, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import type { VmImageProgress } from '../../api/vm-image.ts';
import { writeFileAtomic } from '../base/atomic-file.ts';
import { HostError } from '../base/errors.ts';
import { moveFile } from '../base/move-file.ts';
import { unlessMissing } from '../base/system-error.ts';
import { type ImageRelease, releaseFile } from '../home/vm-images.ts';
import { type DownloadTimes, downloadFile } from './download.ts';
import { type FeedImage, requireSafe } from './feed.ts';

/** Space that a download leaves free for other programs. */
const reserveBytes = 100 * 1024 ** 2;

/** The free space of a folder's disk. */
export type FreeBytes = (directory: string) => Promise<number>;

/** The size of the whole image. */
export const sizeOf = ({ files }: FeedImage): number =>
  files.reduce((sum, { size }) => sum + size, 0);

const partialSuffix = '.partial';

interface FetchOptions {
  readonly onProgress: (progress: VmImageProgress) => void;
  readonly signal: AbortSignal;
  readonly freeBytes?: FreeBytes;
  readonly times?: DownloadTimes;
}

/** Downloads all files into a folder beside the final one, and renames the folder when it is complete. */
export async function fetchImage(
  directory: string,
  feed: URL,
  image: FeedImage,
  { onProgress, signal, freeBytes = usualFreeBytes, times }: FetchOptions,
): Promise<void> {
  const { version, minimumBerthVersion, files } = image;
  const partial = join(directory, `${version}${partialSuffix}`);
  for (const name of await readdir(directory)) {
    // A newer version has taken the place of an interrupted download.
    if (!name.endsWith(partialSuffix) || name === `${version}${partialSuffix}`) continue;
    await rm(join(directory, name), { recursive: true, force: true });
  }
  await mkdir(partial, { recursive: true, mode: 0o700 });
  const total = sizeOf(image);
  requireSpace(await freeBytes(directory), total - (await downloadedBytes(partial, image)));
  let before = 0;
  for (const { name, path, size, sha256 } of files) {
    await downloadFile({
      ...{ url: requireSafe(new URL(path, feed)), size, sha256, target: join(partial, name) },
      ...{ signal, onBytes: (bytes) => onProgress({ bytes: before + bytes, total }) },
      ...(times && { times }),
    });
    before += size;
  }
  const release: ImageRelease = { version, minimumBerthVersion };
  await writeFileAtomic(join(partial, releaseFile), JSON.stringify(release));
  const complete = join(directory, version);
  // Left by an image that lacked a file.
  await rm(complete, { recursive: true, force: true });
  await moveFile(partial, complete);
}

/** What an earlier attempt has left in the folder, which the download continues. */
async function downloadedBytes(partial: string, { files }: FeedImage): Promise<number> {
  let sum = 0;
  for (const { name, size } of files) {
    const found = await stat(join(partial, name)).catch(unlessMissing);
    sum += Math.min(found?.size ?? 0, size);
  }
  return sum;
}

function requireSpace(free: number, bytes: number): void {
  if (free >= bytes + reserveBytes) return;
  throw new HostError('internal', 'The disk has too little space for the VM image', {
    hint: `The download needs ${Math.ceil(bytes / 1e6)} MB more, and ${Math.ceil(reserveBytes / 1e6)} MB stay free for other programs. Free some space, and try again.`,
  });
}

async function usualFreeBytes(directory: string): Promise<number> {
  const { bavail, bsize } = await statfs(directory);
  return bavail * bsize;
}

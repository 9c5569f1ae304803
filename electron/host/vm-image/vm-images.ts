import { mkdir, readdir, rm, stat, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import type { VmImageProgress, VmImageState, VmImageUpdate } from '../../api/vm-image.ts';
import { writeFileAtomic } from '../base/atomic-file.ts';
import { berthVersion } from '../base/berth-version.ts';
import { HostError } from '../base/errors.ts';
import { loggerOf } from '../base/log.ts';
import { moveFile } from '../base/move-file.ts';
import { unlessMissing } from '../base/system-error.ts';
import { compareVersions } from '../base/version-order.ts';
import { readDataDiskRecord } from '../home/data-disk-record.ts';
import { imageVersion } from '../home/image-manifest.ts';
import { readLaunch } from '../home/launch-record.ts';
import { acquireLock } from '../home/lock.ts';
import { machinePaths } from '../home/paths.ts';
import { findGuestImage, guestArchitecture } from '../home/resources.ts';
import { savedLaunch } from '../home/saved-state.ts';
import {
  acceptImage,
  type ChosenImage,
  carriedImageVersion,
  chooseImage,
  downloadedImages,
  type ImageRelease,
  readImageRecord,
  rejectImage,
  releaseFile,
  usableImages,
  vmImagePaths,
} from '../home/vm-images.ts';
import type { Machines } from '../machine/machines.ts';
import { type DownloadTimes, downloadFile } from './download.ts';
import { type FeedImage, publishedImages, requireSafe } from './feed.ts';
import { feedAddress } from './feed-address.ts';

const log = loggerOf('vm-image');

/** Updates of the VM's image, apart from those of Berth. All VMs of a user share the images. */
export interface VmImages {
  state(): Promise<Omit<VmImageState, 'pending'>>;
  /** Rejects with HostError 'connection' if the list of images can't be read. */
  check(signal?: AbortSignal): Promise<VmImageUpdate>;
  /**
   * Downloads the newest image for the next start of each VM. An interrupted download continues with the
   * next call. Returns the installed version, or undefined if there is nothing new.
   */
  install(options: InstallOptions): Promise<string | undefined>;
  /** Lets the next start use the previous image. Returns its version. */
  rollBack(): Promise<string>;
}

export interface InstallOptions {
  /** Also installs a version that starts rejected, or that the user left. */
  readonly force?: boolean;
  readonly onProgress: (progress: VmImageProgress) => void;
  readonly signal: AbortSignal;
}

export interface VmImagesOptions {
  readonly home: string;
  readonly machines: Pick<Machines, 'list'>;
  readonly environment?: NodeJS.ProcessEnv;
  readonly findCarried?: typeof findGuestImage;
  readonly times?: DownloadTimes;
  /** The free space of a folder's disk; tests replace it. */
  readonly freeBytes?: FreeBytes;
}

type FreeBytes = (directory: string) => Promise<number>;

/** Space that a download leaves free for other programs. */
const reserveBytes = 100 * 1024 ** 2;

export function createVmImages(options: VmImagesOptions): VmImages {
  const { home, machines, environment = process.env, findCarried = findGuestImage } = options;
  const { freeBytes = usualFreeBytes, times } = options;
  const architecture = guestArchitecture();
  const paths = vmImagePaths(home, architecture);
  const carried = (): ChosenImage => ({ files: findCarried(architecture, environment) });

  /** The image of the next start, and the one before. */
  const chosen = (): readonly [ChosenImage, ChosenImage | undefined] => {
    const first = chooseImage(home, architecture, environment, findCarried);
    if (!first.downloaded) return [first, undefined];
    const [, second] = [...usableImages(home, architecture), carried()];
    return [first, second];
  };

  const feed = (): URL => {
    const address = feedAddress(environment);
    if (environment.BERTH_IMAGE_DIR) {
      throw new HostError('invalid', 'BERTH_IMAGE_DIR chooses the VM image', {
        hint: 'Unset BERTH_IMAGE_DIR to use downloaded images.',
      });
    }
    if (address !== undefined) return requireSafe(address);
    throw new HostError('invalid', "This build of Berth doesn't look for new VM images", {
      hint: 'Set BERTH_VM_IMAGE_FEED to the address of a list of VM images.',
    });
  };

  /** The newest image that this version of Berth can use, and the newest of all. */
  const published = async (address: URL, signal?: AbortSignal) => {
    const current = versionOf(chosen()[0]);
    const newer = (await publishedImages(address, architecture, signal)).filter(
      ({ version }) => compareVersions(version, current) > 0,
    );
    const usable = newer.find(
      ({ minimumBerthVersion }) => compareVersions(minimumBerthVersion, berthVersion) <= 0,
    );
    return { usable, newest: newer[0] };
  };

  const isRejected = (version: string) => version in readImageRecord(paths).rejected;

  return {
    async state() {
      const [image, previous] = chosen();
      const { rejected } = readImageRecord(paths);
      const downloaded = downloadedImages(paths).map((each) => each.downloaded.version);
      return {
        version: versionOf(image),
        isDownloaded: image.downloaded !== undefined,
        ...(previous && { previous: versionOf(previous) }),
        rejected: downloaded.flatMap((version) => {
          const rejection = rejected[version];
          return rejection ? [{ version, ...rejection }] : [];
        }),
        canUpdate: feedAddress(environment) !== undefined && !environment.BERTH_IMAGE_DIR,
      };
    },

    async check(signal) {
      const { usable, newest } = await published(feed(), signal);
      if (usable) {
        const { version } = usable;
        return {
          ...{ found: 'update', version, bytes: sizeOf(usable), rejected: isRejected(version) },
        };
      }
      if (!newest) return { found: 'nothing' };
      const { version, minimumBerthVersion: berth } = newest;
      return { found: 'needs-berth', version, berth };
    },

    async install({ force = false, onProgress, signal }) {
      const address = feed();
      await mkdir(paths.directory, { recursive: true, mode: 0o700 });
      const lock = acquireLock(paths.lock);
      if (!lock) {
        throw new HostError('invalid', 'Another process is already updating the VM image', {
          hint: 'Wait until the other update has ended.',
        });
      }
      try {
        const { usable: image } = await published(address, signal);
        if (!image) return undefined;
        const { version } = image;
        if (isRejected(version) && !force) throw rejectedError(version);
        if (!downloadedImages(paths).some(({ downloaded }) => downloaded.version === version)) {
          const progress = { onProgress, signal, freeBytes, ...(times && { times }) };
          await fetchImage(paths.directory, address, image, progress);
        }
        // Also makes the new folder durable, because it syncs the parent.
        await acceptImage(paths, version);
        const kept = [...chosen()].flatMap((each) => (each ? [versionOf(each)] : []));
        await log.attempt('Removing old VM images', removeOthers(kept), 'warn');
        return version;
      } finally {
        lock.release();
      }
    },

    async rollBack() {
      const [image, previous] = chosen();
      if (!image.downloaded || !previous) {
        throw new HostError(
          'invalid',
          `Berth uses the VM image it came with: ${versionOf(image)}`,
          {
            hint: 'There is no older image to go back to.',
          },
        );
      }
      const { dataFormat } = await imageVersion(previous.files);
      for (const name of await machines.list()) {
        const { format } = await readDataDiskRecord(machinePaths(home, name));
        if (format <= dataFormat) continue;
        throw new HostError(
          'invalid',
          `The VM image ${versionOf(previous)} can't read the data of VM "${name}", which a newer image has converted`,
          {
            hint: 'See "Upgrades" in the documentation for the copy of the data from before the conversion.',
          },
        );
      }
      const reason = 'you went back to an older image';
      await rejectImage(paths, image.downloaded.version, { by: 'user', reason });
      return versionOf(previous);
    },
  };

  /** Keeps images that running or suspended VMs use. */
  async function removeOthers(kept: readonly string[]): Promise<void> {
    const inUse = new Set<string | undefined>();
    for (const name of await machines.list()) {
      const files = machinePaths(home, name);
      inUse.add((await readLaunch(files))?.image).add((await savedLaunch(files))?.image);
    }
    for (const { files, downloaded } of downloadedImages(paths)) {
      const { version } = downloaded;
      const { id } = await imageVersion(files);
      if (kept.includes(version) || (id !== undefined && inUse.has(id))) continue;
      await rm(join(paths.directory, version), { recursive: true, force: true, maxRetries: 3 });
    }
  }
}

const versionOf = ({ downloaded }: ChosenImage): string =>
  downloaded?.version ?? carriedImageVersion;

const sizeOf = ({ files }: FeedImage) => files.reduce((sum, { size }) => sum + size, 0);

function rejectedError(version: string): HostError {
  return new HostError('invalid', `Berth doesn't use the VM image ${version} on this host`, {
    hint: 'Run `berth machine update --check` to see why, and `berth machine update --force` to try the image again.',
  });
}

const partialSuffix = '.partial';

interface FetchOptions extends Omit<InstallOptions, 'force'> {
  readonly freeBytes: FreeBytes;
  readonly times?: DownloadTimes;
}

/** Downloads all files into a folder beside the final one, and renames the folder when it is complete. */
async function fetchImage(
  directory: string,
  feed: URL,
  image: FeedImage,
  { onProgress, signal, freeBytes, times }: FetchOptions,
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

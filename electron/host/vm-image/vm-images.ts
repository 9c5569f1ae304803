import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { VmImageProgress, VmImageState, VmImageUpdate } from '../../api/vm-image.ts';
import { berthVersion } from '../base/berth-version.ts';
import { HostError } from '../base/errors.ts';
import { loggerOf } from '../base/log.ts';
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
  readImageRecord,
  rejectImage,
  usableImages,
  vmImagePaths,
} from '../home/vm-images.ts';
import type { Machines } from '../machine/machines.ts';
import type { DownloadTimes } from './download.ts';
import { publishedImages, requireSafe } from './feed.ts';
import { feedAddress } from './feed-address.ts';
import { type FreeBytes, fetchImage, sizeOf } from './fetch-image.ts';

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

export function createVmImages(options: VmImagesOptions): VmImages {
  const { home, machines, environment = process.env, findCarried = findGuestImage } = options;
  const { freeBytes, times } = options;
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

  /** The folder whose image all starts use, if `BERTH_IMAGE_DIR` names one. */
  const directory = environment.BERTH_IMAGE_DIR || undefined;
  const requireNoDirectory = () => {
    if (directory === undefined) return;
    throw new HostError('invalid', 'BERTH_IMAGE_DIR chooses the VM image', {
      hint: 'Unset BERTH_IMAGE_DIR to use downloaded images.',
    });
  };

  const feed = (): URL => {
    requireNoDirectory();
    const address = feedAddress(environment);
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
      const own = directory === undefined ? undefined : await imageVersion(image.files);
      return {
        version: own?.version ?? versionOf(image),
        isDownloaded: image.downloaded !== undefined,
        ...(directory !== undefined && { directory }),
        ...(previous && { previous: versionOf(previous) }),
        rejected: downloaded.flatMap((version) => {
          const rejection = rejected[version];
          return rejection ? [{ version, ...rejection }] : [];
        }),
        canUpdate: directory === undefined && feedAddress(environment) !== undefined,
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
          const progress = {
            ...{ onProgress, signal },
            ...(freeBytes && { freeBytes }),
            ...(times && { times }),
          };
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
      requireNoDirectory();
      const [image, previous] = chosen();
      if (!image.downloaded || !previous) {
        throw new HostError(
          'invalid',
          `Berth uses the VM image it came with: ${versionOf(image)}`,
          {
            hint: 'Berth has no older VM image to return to.',
          },
        );
      }
      const { dataFormat } = await imageVersion(previous.files);
      for (const name of await machines.list()) {
        const { format, blank } = await readDataDiskRecord(machinePaths(home, name));
        if (blank || format <= dataFormat) continue;
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

function rejectedError(version: string): HostError {
  return new HostError('invalid', `Berth doesn't use the VM image ${version} on this host`, {
    hint: 'Run `berth machine update --check` to see why, and `berth machine update --force` to try the image again.',
    appHint: 'Check the VM image in the settings.',
  });
}

import { loggerOf } from '../../base/log.ts';
import { type ImageVersion, imageVersion } from '../../home/image-manifest.ts';
import type { MachinePaths } from '../../home/paths.ts';
import { findGuestImage, type GuestArchitecture, type GuestImage } from '../../home/resources.ts';
import { savedLaunch } from '../../home/saved-state.ts';
import {
  acceptImage,
  type ChosenImage,
  carriedImageVersion,
  changeImageRecord,
  chooseImage,
  downloadedImages,
  readImageRecord,
  rejectImage,
  supportsThisBerth,
  usableImages,
  vmImagePaths,
} from '../../home/vm-images.ts';

const log = loggerOf('vm-image');

/** The image of each start. It stays the same during the start, even if an update arrives meanwhile. */
export interface BootImages {
  /**
   * Call this when a start begins. A suspended VM keeps its image if Berth still has the image, even a
   * rejected one: with any other image, the VM would lose its saved memory.
   */
  choose(): Promise<void>;
  files(): GuestImage;
  version(): Promise<ImageVersion>;
  /** The engine of the chosen image answers. Doesn't reject. */
  noteWorks(): Promise<void>;
  /**
   * The VM didn't start with the chosen image. If the image was downloaded and has never worked here, Berth
   * doesn't use the image again. Returns a notice for the user, or undefined if the image isn't to blame, or
   * if the image before can't read a data disk of the format `diskFormat`. Any image can use a blank disk.
   */
  reject(reason: string, diskFormat?: number): Promise<string | undefined>;
  /**
   * The VM didn't start with the image before either, so the images that this start rejected aren't to
   * blame: Berth may use them again. Doesn't reject.
   */
  acceptRejected(): Promise<void>;
}

export function createBootImages(
  home: string,
  architecture: GuestArchitecture,
  paths: Pick<MachinePaths, 'savedState'>,
  environment: NodeJS.ProcessEnv = process.env,
  findCarried: typeof findGuestImage = findGuestImage,
): BootImages {
  const records = vmImagePaths(home, architecture);
  let chosen: ChosenImage | undefined;
  /** Rejected versions, until the VM has started with another image. */
  let doubtful: string[] = [];
  const current = () => {
    chosen ??= chooseImage(home, architecture, environment, findCarried);
    return chosen;
  };

  return {
    async choose() {
      chosen = undefined;
      const suspended = (await savedLaunch(paths))?.image;
      if (suspended === undefined || environment.BERTH_IMAGE_DIR) return;
      const images: ChosenImage[] = [
        ...downloadedImages(records).filter(({ downloaded }) => supportsThisBerth(downloaded)),
        { files: findCarried(architecture, environment) },
      ];
      for (const image of images) {
        if ((await imageVersion(image.files)).id === suspended) chosen = image;
      }
    },

    files: () => current().files,

    version: () => imageVersion(current().files),

    async noteWorks() {
      doubtful = [];
      const version = chosen?.downloaded?.version;
      if (version === undefined || readImageRecord(records).worked.includes(version)) return;
      const note = changeImageRecord(records, ({ rejected, worked }) => ({
        ...{ rejected, worked: [...worked, version] },
      }));
      await log.attempt('Recording that a VM image works', note, 'warn');
    },

    async reject(reason, diskFormat) {
      const version = chosen?.downloaded?.version;
      if (version === undefined || readImageRecord(records).worked.includes(version)) {
        return undefined;
      }
      const before: ChosenImage = usableImages(home, architecture).find(
        ({ downloaded }) => downloaded.version !== version,
      ) ?? { files: findCarried(architecture, environment) };
      const { dataFormat } = await imageVersion(before.files);
      if (diskFormat !== undefined && dataFormat < diskFormat) return undefined;
      await rejectImage(records, version, { by: 'boot', reason });
      doubtful.push(version);
      chosen = undefined;
      const instead = before.downloaded?.version ?? carriedImageVersion;
      return `The VM didn't start with the new VM image ${version}, so Berth uses ${instead} and won't try ${version} again: ${reason}`;
    },

    async acceptRejected() {
      const versions = doubtful;
      doubtful = [];
      for (const version of versions) {
        log.warn(`The VM starts with no image, so Berth may use VM image ${version} again`);
        await log.attempt('Accepting a VM image again', acceptImage(records, version), 'warn');
      }
    },
  };
}

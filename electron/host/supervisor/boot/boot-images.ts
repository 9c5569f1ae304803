import { loggerOf } from '../../base/log.ts';
import { type ImageVersion, imageVersion } from '../../home/image-manifest.ts';
import type { MachinePaths } from '../../home/paths.ts';
import { findGuestImage, type GuestArchitecture, type GuestImage } from '../../home/resources.ts';
import { savedLaunch } from '../../home/saved-state.ts';
import {
  type ChosenImage,
  carriedImageVersion,
  changeImageRecord,
  chooseImage,
  readImageRecord,
  rejectImage,
  usableImages,
  vmImagePaths,
} from '../../home/vm-images.ts';

const log = loggerOf('vm-image');

/** The image of each start. It stays the same during the start, even if an update arrives meanwhile. */
export interface BootImages {
  /** Call this when a start begins. A suspended VM keeps its image if Berth still has the image. */
  choose(): Promise<void>;
  files(): GuestImage;
  version(): Promise<ImageVersion>;
  /** The engine of the chosen image answers. Doesn't reject. */
  noteWorks(): Promise<void>;
  /**
   * The VM didn't start with the chosen image. If the image was downloaded and has never worked here, Berth
   * doesn't use the image again. Returns a notice for the user, or undefined if the image isn't to blame.
   */
  reject(reason: string): Promise<string | undefined>;
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
        ...usableImages(home, architecture),
        { files: findCarried(architecture, environment) },
      ];
      for (const image of images) {
        if ((await imageVersion(image.files)).id === suspended) chosen = image;
      }
    },

    files: () => current().files,

    version: () => imageVersion(current().files),

    async noteWorks() {
      const version = chosen?.downloaded?.version;
      if (version === undefined || readImageRecord(records).worked.includes(version)) return;
      const note = changeImageRecord(records, ({ rejected, worked }) => ({
        ...{ rejected, worked: [...worked, version] },
      }));
      await log.attempt('Recording that a VM image works', note, 'warn');
    },

    async reject(reason) {
      const version = chosen?.downloaded?.version;
      if (version === undefined || readImageRecord(records).worked.includes(version)) {
        return undefined;
      }
      await rejectImage(records, version, { by: 'boot', reason });
      chosen = undefined;
      const instead = current().downloaded?.version ?? carriedImageVersion;
      return `The VM didn't start with the new VM image ${version}, so Berth uses ${instead} and won't try ${version} again: ${reason}`;
    },
  };
}

import { loggerOf } from '../base/log.ts';
import { imageVersion } from './image-manifest.ts';
import { readLaunch } from './launch-record.ts';
import type { MachinePaths } from './paths.ts';
import { guestArchitecture } from './resources.ts';
import { carriedImageVersion, chooseImage } from './vm-images.ts';

const log = loggerOf('vm-image');

/** The VM image that a running VM gets with its next restart. */
export interface PendingImage {
  readonly version: string;
}

/**
 * Undefined if the running VM has booted the image that a start would choose now, or if that can't be found
 * out. Call this only for a running VM.
 */
export async function pendingImage(
  home: string,
  paths: Pick<MachinePaths, 'launch'>,
  environment: NodeJS.ProcessEnv = process.env,
): Promise<PendingImage | undefined> {
  return log.attempt('Comparing the VM image', compare(home, paths, environment));
}

async function compare(
  home: string,
  paths: Pick<MachinePaths, 'launch'>,
  environment: NodeJS.ProcessEnv,
): Promise<PendingImage | undefined> {
  const booted = (await readLaunch(paths))?.image;
  const { files, downloaded } = chooseImage(home, guestArchitecture(), environment);
  const { id, version } = await imageVersion(files);
  if (booted === undefined || id === undefined || booted === id) return undefined;
  return { version: downloaded?.version ?? version ?? carriedImageVersion };
}

import { constants, copyFileSync, existsSync, linkSync, renameSync, rmSync } from 'node:fs';
import { loggerOf } from '../host/base/log.ts';

const log = loggerOf('app');

/**
 * An update of an AppImage deletes the old file before the new file is in place. This keeps the old
 * file beside it as `FILE.previous`, so that the user can go back.
 */
export function keepPrevious(appImage: string): void {
  const kept = previousOf(appImage);
  try {
    rmSync(kept, { force: true });
    try {
      linkSync(appImage, kept);
    } catch (error) {
      log.debug('This file system has no hard links', error);
      copyFileSync(appImage, kept, constants.COPYFILE_FICLONE);
    }
  } catch (error) {
    // The update works without it.
    log.warn(`Keeping ${appImage}`, error);
  }
}

/** Puts the old file back if the update has deleted it without a replacement. */
export function restorePrevious(appImage: string): void {
  try {
    if (!existsSync(appImage) && existsSync(previousOf(appImage)))
      renameSync(previousOf(appImage), appImage);
  } catch (error) {
    log.error(`Restoring ${appImage}`, error);
  }
}

const previousOf = (appImage: string) => `${appImage}.previous`;

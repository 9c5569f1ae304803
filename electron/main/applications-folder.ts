import { app, dialog } from 'electron';
import { reasonOf } from '../host/base/errors.ts';
import { loggerOf } from '../host/base/log.ts';
import { temporaryPlace } from '../host/home/translocation.ts';

const log = loggerOf('app');

/**
 * Asks to move the app to the Applications folder if it runs from a temporary place, and moves it.
 * False if the app ends now: it moved and starts again, or the person chose to quit.
 */
export async function settleApp(
  program = process.execPath,
  platform: NodeJS.Platform = process.platform,
): Promise<boolean> {
  const place = temporaryPlace(program, platform);
  // An external disk is a lasting place, for those who chose it.
  if (place === undefined) return true;
  const other = place === 'translocated' ? 'Quit' : 'Not Now';
  const { response } = await dialog.showMessageBox({
    type: 'warning',
    message: 'Move Berth to the Applications folder first',
    detail:
      place === 'translocated'
        ? 'macOS runs Berth from a temporary folder until you move it. The berth command, the login ' +
          'item and updates would stop working when the folder disappears.'
        : 'Berth runs from a disk image or an external disk. The berth command, the login item and ' +
          'updates stop working when you eject the disk.',
    buttons: ['Move to Applications', other],
    defaultId: 0,
    cancelId: 1,
  });
  if (response !== 0) return place === 'volume';
  try {
    // Starts the moved app if it succeeds. False if the user cancels a request for a password.
    if (app.moveToApplicationsFolder()) return false;
  } catch (error) {
    log.warn('Moving the app to the Applications folder', error);
    dialog.showErrorBox(
      "Berth couldn't be moved",
      `${reasonOf(error)}\n\nIn Finder, drag Berth to the Applications folder, then open it there.`,
    );
  }
  return place === 'volume';
}

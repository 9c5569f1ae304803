import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { electronProgram } from '../electron-program.ts';
import { repository } from './packed-app.ts';

/** Packs the app with the Electron of the tests, as `npm run package -- dir` does. */
export default async function setup(): Promise<void> {
  const program = electronProgram();
  if (!program) {
    console.warn('SKIPPED: the packed app. BERTH_TEST_ELECTRON names no Electron.');
    return;
  }
  await promisify(execFile)(process.execPath, [join(repository, 'build/package/main.ts'), 'dir'], {
    cwd: repository,
    env: { ...process.env, BERTH_TEST_ELECTRON: program },
  });
}

import { buildTestApp } from './app-build/build.ts';
import { electronProgram } from './electron-program.ts';

/** Builds the app for tests, if there is an Electron for it. */
export default async function setup(): Promise<void> {
  if (electronProgram()) {
    await buildTestApp();
    return;
  }
  console.warn(
    'SKIPPED: the app in Electron. npm downloaded no Electron, and BERTH_TEST_ELECTRON names none.',
  );
}

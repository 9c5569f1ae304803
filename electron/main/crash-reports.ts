import { mkdirSync } from 'node:fs';
import { app, crashReporter } from 'electron';
import { loggerOf } from '../host/base/log.ts';
import { crashDumpsDirectory } from '../host/home/paths.ts';

const log = loggerOf('app');

/**
 * Keeps the memory of a process of the app that crashes, for diagnostics. Nothing leaves the host.
 * Must run before the app is ready, so that it covers all processes.
 */
export function keepCrashDumps(home: string): void {
  const directory = crashDumpsDirectory(home);
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    app.setPath('crashDumps', directory);
    crashReporter.start({ uploadToServer: false });
  } catch (error) {
    // The app works without dumps.
    log.warn(`Keeping crash dumps in ${directory}`, error);
  }
}

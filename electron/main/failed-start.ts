import { app, dialog } from 'electron';
import { HostError, reasonOf } from '../host/base/errors.ts';
import { loggerOf } from '../host/base/log.ts';

const log = loggerOf('app');

/**
 * Shows why the app can't start, and ends it. Otherwise a hidden app would prevent the next start.
 */
export function endUnstarted(error: unknown): void {
  log.error('Starting the app', error);
  const words = reasonOf(error);
  const hint = error instanceof HostError ? error.hint : undefined;
  dialog.showErrorBox("Berth can't start", [words, hint].filter(Boolean).join('\n\n'));
  app.exit(1);
}

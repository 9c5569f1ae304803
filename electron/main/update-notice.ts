import { Notification } from 'electron';
import { loggerOf } from '../host/base/log.ts';
import type { Updates } from '../host/screen/desktop.ts';
import type { AppSettingsStore } from '../host/settings/app-store.ts';

const log = loggerOf('app');

interface NoticeOptions {
  /** Shows the window with a page of the app. */
  go(path: string): void;
  readonly settings: Pick<AppSettingsStore, 'read'>;
}

/** Shows a system notification when a new version is ready, once for each, until `signal` aborts. */
export function showUpdateNotice(
  updates: Pick<Updates, 'onChange'>,
  { go, settings }: NoticeOptions,
  signal: AbortSignal,
): void {
  let told = '';
  // Without a reference, the notification and its click handler would be collected.
  let shown: Notification | undefined;
  const show = async (version: string) => {
    if (!(await settings.read()).nativeNotices) return;
    shown = new Notification({
      title: `Berth ${version} is ready to install`,
      body: 'Open the settings to restart Berth and update it.',
    });
    shown.on('click', () => go('/settings/general'));
    shown.show();
  };
  const stop = updates.onChange((update) => {
    if (update.state !== 'ready' || update.version === told) return;
    told = update.version;
    show(update.version).catch((error) => log.warn('Showing that an update is ready', error));
  });
  signal.addEventListener(
    'abort',
    () => {
      stop();
      shown?.close();
    },
    { once: true },
  );
}

import { join } from 'node:path';
import { Menu, nativeImage, Tray } from 'electron';
import { loggerOf } from '../host/base/log.ts';
import { Retries } from '../host/base/retries.ts';
import { readOnChange } from '../host/engine/changes.ts';
import { readContainers } from '../host/screen/containers.ts';
import type { ScreenHost } from '../host/screen/screen-host.ts';
import { type TrayActions, type TrayState, trayMenu } from './tray-menu.ts';

const log = loggerOf('app');

type TrayHost = Pick<ScreenHost, 'machine' | 'engine'>;

/** Milliseconds before reconnecting to an engine that went away. */
const RETRY_TIMES = { firstMs: 2_000, longestMs: 10_000 };

/**
 * Berth in the menu bar or the notification area, kept up to date until `signal` aborts. `icons` is the
 * folder of the icons.
 */
export function showTray(
  icons: string,
  host: TrayHost,
  actions: TrayActions,
  signal: AbortSignal,
  platform: NodeJS.Platform = process.platform,
): void {
  const mac = platform === 'darwin';
  const image = nativeImage.createFromPath(join(icons, mac ? 'trayTemplate.png' : 'tray.png'));
  // A template image takes the colour of the menu bar.
  if (mac) image.setTemplateImage(true);
  const tray = new Tray(image);
  tray.setToolTip('Berth');
  let state: TrayState = { machine: 'stopped', containers: [] };
  const change = (part: Partial<TrayState>) => {
    state = { ...state, ...part };
    tray.setContextMenu(Menu.buildFromTemplate(trayMenu(state, actions)));
  };
  change({});
  // On Windows and Linux a click opens the app; on macOS it opens the menu.
  if (!mac) tray.on('click', () => actions.open());
  signal.addEventListener('abort', () => tray.destroy(), { once: true });
  void followMachine(host, change, signal); // Never rejects.
}

/** The VM starts and stops. If the supervisor doesn't answer, Berth asks again. */
async function followMachine(
  host: TrayHost,
  change: (part: Partial<TrayState>) => void,
  signal: AbortSignal,
): Promise<void> {
  const retries = new Retries(log, 'Following the VM in the tray', RETRY_TIMES);
  while (!signal.aborted) {
    try {
      await follow(host, change, signal);
      await retries.pause(signal);
    } catch (error) {
      await retries.failed(error, signal);
    }
  }
}

async function follow(
  { machine, engine }: TrayHost,
  change: (part: Partial<TrayState>) => void,
  signal: AbortSignal,
): Promise<void> {
  let listening: AbortController | undefined;
  try {
    for await (const { state } of machine.watch(signal)) {
      change({ machine: state });
      if (state === 'running' && !listening) {
        listening = new AbortController();
        const until = AbortSignal.any([signal, listening.signal]);
        // Never rejects.
        void followContainers(engine, (containers) => change({ containers }), until);
      } else if (state !== 'running') {
        listening?.abort();
        listening = undefined;
        change({ containers: [] });
      }
    }
  } finally {
    listening?.abort();
  }
}

async function followContainers(
  engine: TrayHost['engine'],
  show: (containers: TrayState['containers']) => void,
  signal: AbortSignal,
): Promise<void> {
  const retries = new Retries(log, 'Following the containers in the tray', RETRY_TIMES);
  while (!signal.aborted) {
    try {
      const lists = readOnChange(engine, 'container', () => readContainers(engine), signal);
      for await (const containers of lists) {
        show(containers);
        retries.succeeded();
      }
    } catch (error) {
      // The VM's state shows when the engine has gone for good.
      await retries.failed(error, signal);
    }
  }
}

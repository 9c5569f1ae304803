import { Menu, nativeImage, Tray } from 'electron';
import { readOnChange } from '../host/engine/changes.ts';
import { readContainers } from '../host/screen/containers.ts';
import type { ScreenHost } from '../host/screen/screen-host.ts';
import { type TrayActions, type TrayState, trayMenu } from './tray-menu.ts';

type TrayHost = Pick<ScreenHost, 'machine' | 'engine'>;

/** How long to wait before the engine is listened to again when it went away, in milliseconds. */
const RETRY_DELAY = 2000;

/** Berth in the menu bar or the notification area, up to date until `signal` aborts. */
export function showTray(
  icon: string,
  host: TrayHost,
  actions: TrayActions,
  signal: AbortSignal,
): void {
  const image = nativeImage.createFromPath(icon);
  // A template image takes the colour of the menu bar.
  if (process.platform === 'darwin') image.setTemplateImage(true);
  const tray = new Tray(image);
  tray.setToolTip('Berth');
  let state: TrayState = { machine: 'stopped', containers: [] };
  const change = (part: Partial<TrayState>) => {
    state = { ...state, ...part };
    tray.setContextMenu(Menu.buildFromTemplate(trayMenu(state, actions)));
  };
  change({});
  // On Windows and Linux a click opens the app; on macOS it opens the menu.
  if (process.platform !== 'darwin') tray.on('click', () => actions.open());
  signal.addEventListener('abort', () => tray.destroy(), { once: true });
  void follow(host, change, signal);
}

async function follow(
  { machine, engine }: TrayHost,
  change: (part: Partial<TrayState>) => void,
  signal: AbortSignal,
): Promise<void> {
  let listening: AbortController | undefined;
  for await (const { state } of machine.watch(signal)) {
    change({ machine: state });
    if (state === 'running' && !listening) {
      listening = new AbortController();
      const until = AbortSignal.any([signal, listening.signal]);
      void followContainers(engine, (containers) => change({ containers }), until);
    } else if (state !== 'running') {
      listening?.abort();
      listening = undefined;
      change({ containers: [] });
    }
  }
}

async function followContainers(
  engine: TrayHost['engine'],
  show: (containers: TrayState['containers']) => void,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    try {
      const lists = readOnChange(engine, 'container', () => readContainers(engine), signal);
      for await (const containers of lists) show(containers);
    } catch {
      // The machine's state tells when it has gone for good.
      await new Promise((resolve) => setTimeout(resolve, RETRY_DELAY));
    }
  }
}

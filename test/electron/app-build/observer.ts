import { type Menu, Notification, Tray } from 'electron';

/**
 * Keeps what the app hands to the system and Electron doesn't give back, so that tests can look at
 * it. Everything still reaches the system.
 */
export interface Observed {
  trayMenu: Menu | null;
  readonly notices: Notification[];
}

const observed: Observed = { trayMenu: null, notices: [] };
Object.assign(globalThis, { berthObserved: observed });

const { setContextMenu } = Tray.prototype;
Tray.prototype.setContextMenu = function (menu) {
  observed.trayMenu = menu;
  setContextMenu.call(this, menu);
};

const { show } = Notification.prototype;
Notification.prototype.show = function () {
  observed.notices.push(this);
  show.call(this);
};

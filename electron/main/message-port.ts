import { RPCHandler } from '@orpc/server/message-port';
import type { MessagePortMain } from 'electron';
import type { ScreenHost } from '../host/screen/screen-host.ts';
import { createScreens } from '../host/screen/screens.ts';

/** The app's work in the background ends with its process. */
const untilExit = new AbortController().signal;

/** Carries the screen's procedures over message ports, with the same router as the browser mode. */
export function createPortServer(
  host: ScreenHost,
): (port: MessagePortMain, machine?: string) => void {
  const screens = createScreens(host, untilExit, (router) => new RPCHandler(router));
  return (port, machine) => {
    screens(machine).upgrade(port);
    port.start();
  };
}

import { RPCHandler } from '@orpc/server/message-port';
import type { MessagePortMain } from 'electron';
import { createScreenRouter } from '../host/screen/router.ts';
import type { ScreenHost } from '../host/screen/screen-host.ts';

/** The app's work in the background ends with its process. */
const untilExit = new AbortController().signal;

/** Carries the screen's procedures over message ports, with the same router as the browser mode. */
export function createPortServer(host: ScreenHost): (port: MessagePortMain) => void {
  const handler = new RPCHandler(createScreenRouter(host, untilExit));
  return (port) => {
    handler.upgrade(port);
    port.start();
  };
}

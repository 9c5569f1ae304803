import { HostError } from '../base/errors.ts';
import { loggerOf } from '../base/log.ts';
import { createScreenRouter } from './router.ts';
import type { ScreenHost } from './screen-host.ts';

const log = loggerOf('app');

type ScreenRouter = ReturnType<typeof createScreenRouter>;

/**
 * The handlers for each VM that a window shows, made when the first window asks for it. Without a
 * name, or with the name of a VM that was removed, a window shows the host's own VM.
 */
export function createScreens<Handler>(
  host: ScreenHost,
  ended: AbortSignal,
  handlerOf: (router: ScreenRouter) => Handler,
): (machine?: string) => Handler {
  const own = handlerOf(createScreenRouter(host, ended));
  const others = new Map<string, Handler>();
  return (machine = host.name) => {
    if (machine === host.name) return own;
    const known = others.get(machine);
    if (known) return known;
    try {
      const other = host.openMachine?.(machine);
      if (!other) return own;
      // The windows have the same dialogs and the same desktop.
      const handler = handlerOf(createScreenRouter({ ...host, ...other }, ended));
      others.set(machine, handler);
      return handler;
    } catch (error) {
      if (!(error instanceof HostError)) throw error;
      log.warn(`Showing the VM "${machine}"`, error);
      return own;
    }
  };
}

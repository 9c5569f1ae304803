import { screen } from './implementer.ts';
import { computerHandlers } from './procedures/computer.ts';
import { containerHandlers } from './procedures/containers.ts';
import { imageHandlers } from './procedures/images.ts';
import { logHandlers } from './procedures/logs.ts';
import { machineHandlers } from './procedures/machine.ts';
import { terminalHandlers } from './procedures/terminal.ts';
import { usageHandlers } from './procedures/usage.ts';
import type { ScreenHost } from './screen-host.ts';

/** The contract over a host; any transport can carry the result. */
export function createScreenRouter(host: ScreenHost) {
  return screen.router({
    machine: machineHandlers(host),
    containers: containerHandlers(host),
    images: imageHandlers(host),
    logs: logHandlers(host),
    usage: usageHandlers(host),
    terminal: terminalHandlers(host),
    computer: computerHandlers(host),
  });
}

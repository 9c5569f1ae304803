import { screen } from './implementer.ts';
import { buildHandlers } from './procedures/builds.ts';
import { computerHandlers } from './procedures/computer.ts';
import { containerHandlers } from './procedures/containers.ts';
import { imageHandlers } from './procedures/images.ts';
import { machineHandlers } from './procedures/machine.ts';
import { projectHandlers } from './procedures/projects.ts';
import { terminalHandlers } from './procedures/terminal.ts';
import type { ScreenHost } from './screen-host.ts';

/** The contract over a host; any transport can carry the result. */
export function createScreenRouter(host: ScreenHost) {
  return screen.router({
    machine: machineHandlers(host),
    containers: containerHandlers(host),
    images: imageHandlers(host),
    terminal: terminalHandlers(host),
    computer: computerHandlers(host),
    projects: projectHandlers(host),
    builds: buildHandlers(host),
  });
}

import { screen } from './implementer.ts';
import { computerHandlers } from './procedures/computer.ts';
import { containerHandlers } from './procedures/containers.ts';
import { fileHandlers } from './procedures/files.ts';
import { imageHandlers } from './procedures/images.ts';
import { machineHandlers } from './procedures/machine.ts';
import { networkHandlers } from './procedures/networks.ts';
import { terminalHandlers } from './procedures/terminal.ts';
import { volumeHandlers } from './procedures/volumes.ts';
import type { ScreenHost } from './screen-host.ts';

/** The contract over a host; any transport can carry the result. */
export function createScreenRouter(host: ScreenHost) {
  return screen.router({
    machine: machineHandlers(host),
    containers: containerHandlers(host),
    images: imageHandlers(host),
    volumes: volumeHandlers(host),
    networks: networkHandlers(host),
    files: fileHandlers(host),
    terminal: terminalHandlers(host),
    computer: computerHandlers(host),
  });
}

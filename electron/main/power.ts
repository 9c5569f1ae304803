import type { PowerMonitor } from 'electron';
import { loggerOf } from '../host/base/log.ts';

const log = loggerOf('app');

/**
 * Delays a shutdown of the host while `stop` uses the remaining time to stop the VM in order. Sleep
 * needs no event: the supervisor compares clocks.
 */
export function stopAtShutdown(monitor: PowerMonitor, stop: () => Promise<void>): void {
  monitor.on('shutdown', (event?: { preventDefault(): void }) => {
    // The system waits some seconds for apps that ask it to.
    event?.preventDefault();
    stop().catch((error) => log.error('Stopping the VM at shutdown', error));
  });
}

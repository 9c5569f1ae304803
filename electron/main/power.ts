import type { PowerMonitor } from 'electron';
import { loggerOf } from '../host/base/log.ts';

const log = loggerOf('app');

/**
 * Holds a shutdown of the computer back while `stop` uses what is left of the time to stop the
 * machine in order. That the computer slept needs no event: the supervisor compares clocks.
 */
export function stopAtShutdown(monitor: PowerMonitor, stop: () => Promise<void>): void {
  monitor.on('shutdown', (event?: { preventDefault(): void }) => {
    // The system waits some seconds for apps that ask it to.
    event?.preventDefault();
    stop().catch((error) => log.error('Stopping the machine at shutdown', error));
  });
}

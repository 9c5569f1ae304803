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

/** The events of a window that Windows sends at log-off and shutdown. Hidden windows get them too. */
interface SessionWindow {
  on(event: 'query-session-end', listener: (event: { preventDefault(): void }) => void): unknown;
  on(event: 'session-end', listener: () => void): unknown;
}

/**
 * The same on Windows, where `powerMonitor` doesn't report it. Windows shows that Berth is still busy
 * and waits for some seconds, unless the user ends the session at once.
 */
export function stopAtSessionEnd(window: SessionWindow, stop: () => Promise<void>): void {
  let begun = false;
  const begin = () => {
    if (begun) return;
    begun = true;
    stop().catch((error) => log.error('Stopping the VM at the end of the session', error));
  };
  window.on('query-session-end', (event) => {
    event.preventDefault();
    begin();
  });
  window.on('session-end', begin);
}

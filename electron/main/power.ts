import type { PowerMonitor } from 'electron';

/** What the host core does about the power of the computer. */
export interface PowerListener {
  /** The computer woke up: the machine's clock and connections are behind. */
  resumed(): Promise<void>;
  /** The computer shuts down: what is left of the time goes to stopping the machine in order. */
  shuttingDown(): Promise<void>;
}

/** Passes power events on to the host core, and holds a shutdown back until it is ready for it. */
export function passPowerEvents(monitor: PowerMonitor, listener: PowerListener): void {
  monitor.on('resume', () => void listener.resumed().catch(() => {}));
  monitor.on('shutdown', (event?: { preventDefault(): void }) => {
    // The system waits some seconds for apps that ask it to.
    event?.preventDefault();
    void listener.shuttingDown().catch(() => {});
  });
}

import { processState, stateOfNamed } from '../process/process-state.ts';
import type { MonitoredProcess } from './conmon.ts';

/** Docker's exit code of a process whose monitor was lost: the process was killed with SIGKILL. */
export const DEAD_MONITOR_EXIT = 137;

/** Milliseconds between two looks at all monitors. */
const INTERVAL = 1000;
/** In so many looks in a row, a stopped monitor has had the time to be continued. */
const PATIENCE = 3;

interface Watched extends MonitoredProcess {
  /** The monitor has it in its command line. */
  readonly id: string;
  readonly onLost: () => void;
  /** How many looks have found the process ended and its monitor stopped. */
  unreported: number;
}

/**
 * Notices monitors (conmon) that cannot report the end of their process any more: they were killed,
 * or are stopped while the process has ended. Looks once a second while there is something to watch.
 */
export class MonitorWatch {
  readonly #watched = new Set<Watched>();
  readonly #log: (message: string, cause?: unknown) => void;
  readonly #interval: number;
  #timer: NodeJS.Timeout | undefined;
  #isClosed = false;

  constructor(log: (message: string, cause?: unknown) => void, interval = INTERVAL) {
    this.#log = log;
    this.#interval = interval;
  }

  /**
   * Calls back, once, when the monitor is lost; a monitor that ends as it should, after it has left
   * the exit code, is lost as well. The returned function ends the watch and is idempotent.
   */
  add(id: string, { pid, monitorPid }: MonitoredProcess, onLost: () => void): () => void {
    const watched = { id, pid, monitorPid, onLost, unreported: 0 };
    this.#watched.add(watched);
    this.#arm();
    return () => {
      this.#watched.delete(watched);
    };
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
  }

  #arm(): void {
    if (this.#isClosed || this.#timer !== undefined || this.#watched.size === 0) return;
    this.#timer = setTimeout(() => {
      this.#look()
        .catch((error) => this.#log('looking at the monitors of containers', error))
        .finally(() => {
          this.#timer = undefined;
          this.#arm();
        });
    }, this.#interval);
  }

  async #look(): Promise<void> {
    for (const watched of [...this.#watched]) {
      if (!(await isLost(watched))) continue;
      if (this.#watched.delete(watched)) watched.onLost();
    }
  }
}

async function isLost(watched: Watched): Promise<boolean> {
  const monitor = await stateOfNamed(watched.monitorPid, watched.id);
  if (monitor === 'gone') return true;
  // A monitor that runs may be waiting for a client that reads slowly. A stopped one has not reaped
  // the process, so that no other has its number.
  const isUnreported = monitor === 'stopped' && (await processState(watched.pid)) === 'gone';
  watched.unreported = isUnreported ? watched.unreported + 1 : 0;
  return watched.unreported >= PATIENCE;
}

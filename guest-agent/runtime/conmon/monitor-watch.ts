import { processState, stateOfNamed } from '../process/process-state.ts';
import type { MonitoredProcess } from './conmon.ts';

/** Docker's exit code if the monitor is lost, since the process is then killed with SIGKILL. */
export const DEAD_MONITOR_EXIT = 137;

/** Milliseconds between two checks of all monitors. */
const INTERVAL = 1000;
/** After this number of checks, a stopped monitor has had enough time to be continued. */
const PATIENCE = 3;

interface Watched extends MonitoredProcess {
  /** A word in the monitor's command line. */
  readonly id: string;
  readonly onLost: () => void;
  /** How many checks have found that the process has exited and its monitor is stopped. */
  unreported: number;
}

/**
 * Detects monitors (conmon) that can't report the exit of their process: they were killed, or are
 * stopped and the process has exited. Checks once a second while there is something to watch.
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
   * Calls back once when the monitor is lost. A monitor that exits normally, after it wrote the
   * exit code, counts as lost too. The returned function ends the watch and is idempotent.
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
        .catch((error) => this.#log('checking the monitors of containers', error))
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
  // A running monitor may be waiting for a client that reads slowly. A stopped one has not reaped
  // the process, so no other process has its ID.
  const isUnreported = monitor === 'stopped' && (await processState(watched.pid)) === 'gone';
  watched.unreported = isUnreported ? watched.unreported + 1 : 0;
  return watched.unreported >= PATIENCE;
}

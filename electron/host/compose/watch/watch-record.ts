import type { FileWatch, WatchEntry, WatchEvent } from '../../../api/file-watches.ts';

/** The number of events to keep of each project. */
const KEPT = 50;

/** What happened while the files of a project were watched. */
export class WatchRecord {
  readonly #project: string;
  readonly #changed: () => void;
  #entries: readonly WatchEntry[] = [];
  #lastId = 0;
  active = false;

  constructor(project: string, changed: () => void) {
    this.#project = project;
    this.#changed = changed;
  }

  /** Adds an event. The end of an action, or its failure, takes the place of its beginning. */
  add(event: WatchEvent): void {
    const others = this.#entries.filter((entry) => !isReplaced(entry.event, event));
    this.#lastId += 1;
    const entry = { id: this.#lastId, at: new Date().toISOString(), event };
    this.#entries = [entry, ...others].slice(0, KEPT);
    this.#changed();
  }

  describe(): FileWatch {
    return { project: this.#project, active: this.active, entries: [...this.#entries] };
  }
}

function isReplaced(before: WatchEvent, next: WatchEvent): boolean {
  if (before.type !== 'action' || before.state !== 'working') return false;
  // Actions are done one after the other, so a failure is that of the action that was begun.
  return next.type !== 'action' || next.action === before.action;
}

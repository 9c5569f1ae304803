import { EventEmitter, on } from 'node:events';
import type { Place } from '../../api/navigation.ts';

/** Passes on to the page where what is around it (menus, tray, links) wants it to go. */
export class Navigation {
  readonly #requests = new EventEmitter();
  /** Asked for while no page was there to go. */
  #waiting: Place | undefined;

  go(path: string): void {
    if (!this.#requests.emit('place', { path })) this.#waiting = { path };
  }

  async *watch(signal: AbortSignal): AsyncGenerator<Place, void, undefined> {
    const places = on(this.#requests, 'place', { signal });
    const waiting = this.#waiting;
    this.#waiting = undefined;
    if (waiting) yield waiting;
    try {
      for await (const [place] of places) yield place as Place;
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }
}

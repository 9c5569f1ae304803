import { EventEmitter, on } from 'node:events';
import type { Place } from '../../api/navigation.ts';

/** Sends navigation requests of menus, the tray and links to the page. */
export class Navigation {
  readonly #requests = new EventEmitter();
  /** A request that came while no page was open. */
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

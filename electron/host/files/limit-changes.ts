import type { Change } from '../../../guest-agent/contract/changes.ts';

/** As many as people and their editors make; telling of one costs the guest several requests. */
const MOST_AT_ONCE = 100;
/** While a burst goes on: what is told of one is taken from those who make it. */
const MOST_IN_BURST = 10;
const WINDOW_MS = 1_000;

/**
 * Passes changes on, but in a burst (an installation, a build, ten thousand files of a container's
 * own making) only the first of each second, fewer as it goes on: for the rest, one change a second of each folder that
 * they are in, upon which watchers that keep lists read it anew.
 */
export function limitChanges(send: (change: Change) => void): (change: Change) => void {
  const folders = new Map<string, Change>();
  let count = 0;
  let most = MOST_AT_ONCE;
  let isCounting = false;
  const endWindow = () => {
    most = count > most ? MOST_IN_BURST : MOST_AT_ONCE;
    count = 0;
    isCounting = false;
    for (const folder of folders.values()) send(folder);
    folders.clear();
  };
  return (change) => {
    if (!isCounting) setTimeout(endWindow, WINDOW_MS).unref();
    isCounting = true;
    if (++count <= most) return send(change);
    const { tag, path } = change;
    const folder = path.includes('/') ? path.slice(0, path.lastIndexOf('/')) : '';
    folders.set(`${tag}/${folder}`, { tag, path: folder, kind: 'changed' });
  };
}

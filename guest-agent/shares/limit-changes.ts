import type { Change } from '../contract/changes.ts';

/** As many as people and their editors make; telling of one costs the guest several requests. */
const MOST_AT_ONCE = 100;
const WINDOW_MS = 1_000;

/**
 * Passes changes on, but of a burst (an installation, a build, ten thousand files of a container's
 * own making) only the first ones: for the rest, until a calm second, one change a second of each
 * folder that they are in, upon which watchers that keep lists read it anew. What is told of one is
 * taken from those who make it, a few times over.
 */
export function limitChanges(send: (change: Change) => void): (change: Change) => void {
  const folders = new Map<string, Change>();
  let count = 0;
  let isBurst = false;
  let isCounting = false;
  const beginWindow = () => {
    count = 0;
    isCounting = true;
    setTimeout(endWindow, WINDOW_MS).unref();
  };
  const endWindow = () => {
    isCounting = false;
    isBurst = count > MOST_AT_ONCE;
    for (const folder of folders.values()) send(folder);
    folders.clear();
    if (isBurst) beginWindow();
  };
  return (change) => {
    if (!isCounting) beginWindow();
    if (++count <= MOST_AT_ONCE && !isBurst) return send(change);
    const { tag, path } = change;
    const folder = path.includes('/') ? path.slice(0, path.lastIndexOf('/')) : '';
    folders.set(`${tag}/${folder}`, { tag, path: folder, kind: 'changed', isFolder: true, age: 0 });
  };
}

import { type KubeObject, keyOf, type Stored } from '../objects/kube-object.ts';
import type { Objects } from '../objects/objects.ts';
import { events } from '../objects/resources.ts';
import { unlessGone } from './unless-gone.ts';

type Log = (message: string, cause?: unknown) => void;

const MAX_EVENTS = 1_000;
const MAX_AGE_MS = 3_600_000;
const CHECK_MS = 60_000;

/** Removes events that are older than an hour, and the oldest of too many. */
export function startEventRetention(objects: Objects, log: Log): Disposable {
  const clean = () => {
    removeOld(objects).catch((error) => log('removing old events', error));
  };
  let since = 0;
  const stop = objects.listen(events, ({ type }) => {
    if (type === 'ADDED') since += 1;
    if (since < MAX_EVENTS / 10) return;
    since = 0;
    clean();
  });
  const timer = setInterval(clean, CHECK_MS);
  timer.unref();
  return {
    [Symbol.dispose]() {
      stop();
      clearInterval(timer);
    },
  };
}

async function removeOld(objects: Objects): Promise<void> {
  const newestFirst = objects.list(events).sort((a, b) => timeOf(b) - timeOf(a));
  const oldest = Date.now() - MAX_AGE_MS;
  const old = newestFirst.filter((event, index) => index >= MAX_EVENTS || timeOf(event) < oldest);
  for (const event of old) await unlessGone(objects.remove(events, keyOf(event)));
}

function timeOf(event: Stored<KubeObject> & { readonly lastTimestamp?: string }): number {
  return Date.parse(event.lastTimestamp ?? event.metadata.creationTimestamp);
}

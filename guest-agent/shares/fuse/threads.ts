import { constants } from 'node:os';
import type { MessagePort } from 'node:worker_threads';
import { threadId, writeFrom } from '../../runtime/files/descriptor-calls.ts';
import type { ShareEvents } from './mounted-share.ts';
import { Pump, type PumpedMount } from './pump.ts';
import { repeatChange } from './repeat-change.ts';
import type { Repeat } from './repeats.ts';

/*
 * The kernel holds locks while it waits for an answer. So each kind of work has a thread that waits for nothing but
 * its own: one passes messages, one tells the kernel what to forget, one does the host's changes once more.
 */

export type ThreadData =
  | { readonly role: 'repeat'; readonly from: MessagePort; readonly state: SharedArrayBuffer }
  | { readonly role: 'notify'; readonly from: MessagePort; readonly to: MessagePort }
  | {
      readonly role: 'pump';
      readonly mounts: readonly ClientMount[];
      readonly session: string;
      readonly to: MessagePort;
      readonly state: SharedArrayBuffer;
    };

export interface ClientMount extends PumpedMount {
  readonly mountPoint: string;
}

/** Places in `state`: the thread that repeats changes, and the change that it works on. */
export const places = { thread: 0, change: 1, count: 2 } as const;

type OrderedChange = Pick<Repeat, 'order' | 'change'>;

interface RepeatWork {
  readonly mountPoint: string;
  readonly repeats: readonly OrderedChange[];
}
interface NotifyWork extends RepeatWork {
  readonly fuse: number;
  readonly notifications: readonly Uint8Array[];
}

export type Log = (message: string, cause?: unknown) => void;

export function runThread(data: ThreadData, log: Log): void {
  if (data.role === 'pump') runPump(data, log);
  else if (data.role === 'notify') notify(data);
  else repeat(data, log);
}

function runPump(data: Extract<ThreadData, { role: 'pump' }>, log: Log): void {
  const state = new Int32Array(data.state);
  const repeats = new Map<number, Repeat>();
  let order = 0;
  const events = (index: number): Omit<ShareEvents, 'reply'> => ({
    repeating: () => repeats.get(Atomics.load(state, places.change)),
    nextOrder() {
      order += 1;
      return order;
    },
    changed(taken) {
      const now = Atomics.load(state, places.change);
      // They are done in order.
      for (const each of repeats.keys()) if (each < now) repeats.delete(each);
      for (const each of taken.repeats) repeats.set(each.order, each);
      const { fuse, mountPoint } = data.mounts[index] as ClientMount;
      const changes = taken.repeats.map(({ order: place, change }) => ({ order: place, change }));
      const work = { fuse, mountPoint, notifications: taken.notifications, repeats: changes };
      data.to.postMessage(work satisfies NotifyWork);
    },
  });
  const repeatingThread = Atomics.load(state, places.thread);
  new Pump(data.mounts, { session: data.session, repeatingThread, events, log }).run();
}

function notify({ from, to }: Extract<ThreadData, { role: 'notify' }>): void {
  from.on('message', ({ fuse, mountPoint, notifications, repeats }: NotifyWork) => {
    // The kernel refuses what it doesn't know any more.
    for (const message of notifications) writeFrom(fuse, Buffer.from(message));
    if (repeats.length > 0) to.postMessage({ mountPoint, repeats } satisfies RepeatWork);
  });
}

/** Another change has come in between, whose own event follows. */
const { ENOENT, EEXIST, ENOTEMPTY, ENOTDIR, EISDIR, ESTALE } = constants.errno;
const OVERTAKEN: readonly number[] = [ENOENT, EEXIST, ENOTEMPTY, ENOTDIR, EISDIR, ESTALE];

function repeat({ from, state: shared }: Extract<ThreadData, { role: 'repeat' }>, log: Log): void {
  const state = new Int32Array(shared);
  from.on('message', ({ mountPoint, repeats }: RepeatWork) => {
    for (const { order, change } of repeats) {
      Atomics.store(state, places.change, order);
      try {
        repeatChange(mountPoint, change);
      } catch (error) {
        const { errno = 0 } = error as NodeJS.ErrnoException;
        if (!OVERTAKEN.includes(-errno)) log(`telling programs that ${change.path} changed`, error);
      }
    }
    Atomics.store(state, places.change, 0);
  });
  Atomics.store(state, places.thread, threadId());
  Atomics.notify(state, places.thread);
}

import { explain } from '../connection/failure.ts';

/** How far something has come: words, and a part between 0 and 1 where it is known. */
export interface Progress {
  readonly text?: string;
  readonly fraction?: number;
  /** What it is made of, for those who want to see each: the layers of an image. */
  readonly parts?: readonly ProgressPart[];
}

export interface ProgressPart {
  readonly name: string;
  readonly text: string;
  readonly fraction?: number;
}

/** Something long that goes on whatever page is looked at: a pull, a build, an export. */
export interface Activity {
  readonly id: number;
  /** What is done, as a heading: `Pulling alpine:3.22`. */
  readonly title: string;
  readonly progress: Progress;
  /** A failed one stays until it is dismissed. */
  readonly state: 'running' | 'done' | 'failed';
  /** What went wrong, and what to do about it. */
  readonly failure?: { readonly message: string; readonly hint?: string | undefined };
}

export interface Work<T> {
  readonly title: string;
  /** In a few words what came of it: `alpine:3.22 is here`. */
  readonly done: (result: T) => string;
  /** Ends early when `signal` aborts: the person cancelled. */
  readonly run: (signal: AbortSignal, report: (progress: Progress) => void) => Promise<T>;
}

/** How long one that ended well stays in sight, in milliseconds. */
const LINGER = 5000;

const listeners = new Set<() => void>();
const running = new Map<number, AbortController>();
let activities: readonly Activity[] = [];
let lastId = 0;

function change(next: readonly Activity[]): void {
  activities = next;
  for (const listener of listeners) listener();
}

const update = (id: number, part: Partial<Activity>) =>
  change(activities.map((each) => (each.id === id ? { ...each, ...part } : each)));

/** Drops one that has ended from the panel. */
export const dismissActivity = (id: number) => change(activities.filter((each) => each.id !== id));

/** Asks a running one to stop; it leaves the panel once it has. */
export const cancelActivity = (id: number) => running.get(id)?.abort();

/**
 * Does the work and shows it in the panel meanwhile. Resolves with its result, or with undefined
 * when it failed or was cancelled: the panel has told the person.
 */
export async function startActivity<T>({ title, done, run }: Work<T>): Promise<T | undefined> {
  lastId += 1;
  const id = lastId;
  const stop = new AbortController();
  running.set(id, stop);
  change([...activities, { id, title, progress: {}, state: 'running' }]);
  try {
    const result = await run(stop.signal, (progress) => update(id, { progress }));
    update(id, { title: done(result), progress: {}, state: 'done' });
    setTimeout(() => dismissActivity(id), LINGER);
    return result;
  } catch (error) {
    if (stop.signal.aborted) dismissActivity(id);
    else update(id, { state: 'failed', failure: explain(error) });
    return undefined;
  } finally {
    running.delete(id);
  }
}

export const currentActivities = () => activities;

/** Calls back at each change, until the returned function is called. */
export function subscribeActivities(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

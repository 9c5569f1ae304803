import { explain } from '../connection/failure.ts';

/** Progress of a task: text, and a fraction between 0 and 1 if it is known. */
export interface Progress {
  readonly text?: string;
  readonly fraction?: number;
  /** The parts of the task that can be listed, such as the layers of an image. */
  readonly parts?: readonly ProgressPart[];
}

export interface ProgressPart {
  readonly name: string;
  readonly text: string;
  readonly fraction?: number;
}

/** A long task that continues on every page: a pull, a build, an export. */
export interface Activity {
  readonly id: number;
  /** The task as a heading: `Pulling alpine:3.22`. */
  readonly title: string;
  readonly progress: Progress;
  /** A failed task stays until it is dismissed. */
  readonly state: 'running' | 'done' | 'failed';
  /** What went wrong, and what to do about it. */
  readonly failure?: { readonly message: string; readonly hint?: string | undefined };
  /** Starts a failed task again, in its place. */
  readonly retry?: () => void;
}

export interface Work<T> {
  readonly title: string;
  /** The outcome in a few words: `Pulled alpine:3.22`. */
  readonly done: (result: T) => string;
  /** Ends early when `signal` aborts: the person cancelled. */
  readonly run: (signal: AbortSignal, report: (progress: Progress) => void) => Promise<T>;
}

/** Milliseconds that a successful task stays visible. */
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

/** Removes an ended task from the panel. */
export const dismissActivity = (id: number) => change(activities.filter((each) => each.id !== id));

/** Asks a running task to stop. The task leaves the panel once it has stopped. */
export const cancelActivity = (id: number) => running.get(id)?.abort();

/**
 * Runs the task and shows it in the panel. Resolves with the result, or with undefined when the
 * task failed or was cancelled: the panel has shown why.
 */
export async function startActivity<T>(work: Work<T>): Promise<T | undefined> {
  const { title, done, run } = work;
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
    else update(id, { state: 'failed', failure: explain(error), retry: () => again(id, work) });
    return undefined;
  } finally {
    running.delete(id);
  }
}

function again<T>(id: number, work: Work<T>): void {
  dismissActivity(id);
  void startActivity(work);
}

export const currentActivities = () => activities;

/** Calls back at each change, until the returned function is called. */
export function subscribeActivities(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';

/** What a worker does. */
export interface WorkerTask {
  readonly target: string;
  readonly seed: number;
  readonly first: number;
  readonly end: number;
  /** Multiplies the time that a case may take. */
  readonly slack: number;
  /** The time at which it ends early, in milliseconds since the epoch. */
  readonly until: number;
  /** The number of the case that runs, and how many inputs were tried. */
  readonly progress: Int32Array;
}

export interface FoundFailure {
  /** Where the input came from. */
  readonly label: string;
  readonly signature: string;
  readonly message: string;
  readonly input?: Uint8Array;
}

export interface Counts {
  readonly cases: number;
  readonly accepted: number;
  readonly refused: number;
  readonly failed: number;
  /** Milliseconds. */
  readonly slowest: number;
  readonly bytes: number;
}

export interface Summary extends Counts {
  readonly failures: readonly FoundFailure[];
}

interface Message {
  readonly counts?: Counts;
  readonly failure?: FoundFailure;
  readonly done?: boolean;
}

/** How long a case can take before its thread is ended. Other work can hold up the processor. */
const HANG_MS = 30_000;
const HEAP_MIB = 1024;
/** A target with more cases that end their thread is broken. */
const MAX_ENDED = 10;

/** Runs the cases `0` to `cases` of a target, and first its corpus. */
export async function runTarget(
  target: string,
  {
    seed,
    cases,
    until = Number.POSITIVE_INFINITY,
    slack = 1,
  }: { seed: number; cases: number; until?: number; slack?: number },
): Promise<Summary> {
  const failures: FoundFailure[] = [];
  let total: Counts = { cases: 0, accepted: 0, refused: 0, failed: 0, slowest: 0, bytes: 0 };
  let first = 0;
  for (let ended = 0; first < cases && ended < MAX_ENDED; ended++) {
    const progress = new Int32Array(new SharedArrayBuffer(8));
    const { counts, failure } = await runWorker(
      { target, seed, first, end: cases, until, slack, progress },
      failures,
    );
    if (counts) total = added(total, counts);
    if (failure === undefined) break;
    total = { ...total, cases: total.cases + 1, failed: total.failed + 1 };
    failures.push(failure);
    first = Atomics.load(progress, 0) + 1;
  }
  return { ...total, failures };
}

function added(one: Counts, other: Counts): Counts {
  return {
    cases: one.cases + other.cases,
    accepted: one.accepted + other.accepted,
    refused: one.refused + other.refused,
    failed: one.failed + other.failed,
    slowest: Math.max(one.slowest, other.slowest),
    bytes: Math.max(one.bytes, other.bytes),
  };
}

/** Returns a failure if a case ended the thread, or had to be ended with it. */
async function runWorker(
  task: WorkerTask,
  failures: FoundFailure[],
): Promise<{ counts?: Counts; failure?: FoundFailure }> {
  // A thread that is ended can't remove its own files.
  const directory = await mkdtemp(join(tmpdir(), 'berth-fuzz-'));
  try {
    return await runIn(directory, task, failures);
  } finally {
    await rm(directory, { recursive: true, force: true, maxRetries: 10 });
  }
}

function runIn(
  directory: string,
  task: WorkerTask,
  failures: FoundFailure[],
): Promise<{ counts?: Counts; failure?: FoundFailure }> {
  const { promise, resolve } = Promise.withResolvers<{ counts?: Counts; failure?: FoundFailure }>();
  const worker = new Worker(new URL('worker.ts', import.meta.url), {
    workerData: task,
    env: { ...process.env, TMPDIR: directory },
    resourceLimits: { maxOldGenerationSizeMb: HEAP_MIB },
  });
  let counts: Counts | undefined;
  let [seen, since] = [-1, Date.now()];
  const label = () => `case ${Atomics.load(task.progress, 0)}`;
  const finish = (signature?: string, message = signature ?? '') => {
    clearInterval(watch);
    resolve({
      ...(counts && { counts }),
      ...(signature !== undefined && { failure: { label: label(), signature, message } }),
    });
  };
  const watch = setInterval(() => {
    const now = Atomics.load(task.progress, 1);
    if (now !== seen) [seen, since] = [now, Date.now()];
    else if (Date.now() - since > HANG_MS) {
      finish('hangs', `hangs for more than ${HANG_MS / 1000} s`);
      worker.terminate().catch((error) => console.error('ending a thread', error));
    }
  }, 1000);
  worker.on('message', (message: Message) => {
    if (message.failure) failures.push(message.failure);
    counts = message.counts ?? counts;
    if (message.done) finish();
  });
  worker.on('error', (error: Error) =>
    finish('ends the thread', `ends the thread: ${error.stack}`),
  );
  worker.on('exit', () => finish('ends the thread'));
  return promise;
}

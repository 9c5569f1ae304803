import { Worker } from 'node:worker_threads';

/** Milliseconds between two beats, and how many of them may be missed. */
const INTERVAL = 5_000;
const MISSED = 6;

interface WatcherData {
  readonly beats: SharedArrayBuffer;
  readonly interval: number;
  readonly missed: number;
}

/**
 * Has the process killed, and thus started again by init, when its event loop does nothing for half
 * a minute: containers outlive the engine, but nobody can use them while it hangs. Ends with the
 * process; the returned function ends it earlier.
 */
export function startHeartbeat({ interval = INTERVAL, missed = MISSED } = {}): () => void {
  const beats = new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT);
  const counter = new Int32Array(beats);
  const beating = setInterval(() => Atomics.add(counter, 0, 1), interval);
  beating.unref();
  const workerData: WatcherData = { beats, interval, missed };
  // As text: the agent is one file.
  const watcher = new Worker(`(${watch})()`, {
    ...{ eval: true, workerData },
    resourceLimits: { maxOldGenerationSizeMb: 8, maxYoungGenerationSizeMb: 2, stackSizeMb: 1 },
  });
  watcher.unref();
  watcher.on('error', (error) => console.error('the heartbeat has no watcher', error));
  return () => {
    clearInterval(beating);
    watcher.terminate().catch((error) => console.error('ending the heartbeat', error));
  };
}

/**
 * What the other thread runs; it can use nothing from outside. It counts its own turns instead of
 * asking a clock: while the whole machine or process is paused, there are none.
 */
function watch(): void {
  const { constants, openSync, writeSync } = process.getBuiltinModule('node:fs');
  const { workerData } = process.getBuiltinModule('node:worker_threads');
  const { beats, interval, missed }: WatcherData = workerData;
  const counter = new Int32Array(beats);
  let last = Atomics.load(counter, 0);
  let silent = 0;
  setInterval(() => {
    const now = Atomics.load(counter, 0);
    silent = now === last ? silent + 1 : 0;
    last = now;
    if (silent < missed) return;
    const seconds = (missed * interval) / 1000;
    const line = `${new Date().toISOString()} The engine did not respond for ${seconds} s; restarting it\n`;
    try {
      // Opened anew, so that a log that nobody reads can't hold this up as well.
      const flags = constants.O_WRONLY | constants.O_APPEND | constants.O_NONBLOCK;
      writeSync(openSync('/proc/self/fd/2', flags), line);
    } catch {
      try {
        // A socket can't be opened.
        writeSync(2, line);
      } catch {
        // It ends without a word.
      }
    }
    process.kill(process.pid, 'SIGKILL');
  }, interval);
}

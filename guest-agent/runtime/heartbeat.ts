import { Worker } from 'node:worker_threads';

/** Milliseconds between two beats, and how many of them may be missed. */
const INTERVAL = 5_000;
const MISSED = 6;
/**
 * An event loop that uses no CPU gets this many times longer: it may be blocked in a system call or
 * short of memory, and recover.
 */
const PATIENCE = 4;

interface WatcherData {
  readonly beats: SharedArrayBuffer;
  readonly interval: number;
  readonly missed: number;
  readonly patience: number;
}

/**
 * Kills the process if its event loop is busy for 30 seconds or blocked for two minutes. Init then
 * restarts it. Containers outlive the engine, but nobody can use them while it hangs. The returned
 * function ends the heartbeat.
 */
export function startHeartbeat({
  interval = INTERVAL,
  missed = MISSED,
  patience = PATIENCE,
} = {}): () => void {
  const beats = new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT);
  const counter = new Int32Array(beats);
  const beating = setInterval(() => Atomics.add(counter, 0, 1), interval);
  beating.unref();
  const workerData: WatcherData = { beats, interval, missed, patience };
  // As text, since the agent is a single file.
  const watcher = new Worker(`(${watch})()`, {
    ...{ eval: true, workerData },
    resourceLimits: { maxOldGenerationSizeMb: 8, maxYoungGenerationSizeMb: 2, stackSizeMb: 1 },
  });
  watcher.unref();
  watcher.on('error', (error) => console.error("the heartbeat's watcher failed", error));
  return () => {
    clearInterval(beating);
    watcher.terminate().catch((error) => console.error('ending the heartbeat', error));
  };
}

/**
 * The code of the other thread, which can use nothing from outside. It counts its own turns instead
 * of reading a clock, since there are none while the VM or the process is paused.
 */
function watch(): void {
  const { constants, openSync, readFileSync, writeSync } = process.getBuiltinModule('node:fs');
  const { workerData } = process.getBuiltinModule('node:worker_threads');
  const { beats, interval, missed, patience }: WatcherData = workerData;
  const counter = new Int32Array(beats);
  /**
   * Milliseconds of CPU time that the event loop's thread has used (proc_pid_stat(5)). Kernel time,
   * such as for reclaiming memory, doesn't count.
   */
  const computed = () => {
    const stat = readFileSync(`/proc/self/task/${process.pid}/stat`, 'utf8');
    return Number(stat.replace(/^.*\) /s, '').split(' ')[11]) * 10;
  };
  const say = (line: string) => {
    try {
      const flags = constants.O_WRONLY | constants.O_APPEND | constants.O_NONBLOCK;
      // Opened again without blocking, so that a log that nobody reads can't block this thread too.
      writeSync(openSync('/proc/self/fd/2', flags), line);
    } catch {
      try {
        // A socket can't be opened.
        writeSync(2, line);
      } catch {
        // The process is killed without a message.
      }
    }
  };
  let last = Atomics.load(counter, 0);
  let silent = 0;
  let before = computed();
  setInterval(() => {
    const now = Atomics.load(counter, 0);
    silent = now === last ? silent + 1 : 0;
    last = now;
    if (silent === 0) before = computed();
    if (silent < missed) return;
    // Other processes may use the processor for most of the time.
    const isBusy = computed() - before >= (silent * interval) / 4;
    if (!isBusy && silent < missed * patience) return;
    const seconds = (silent * interval) / 1000;
    const time = new Date().toISOString();
    say(`${time} The engine did not respond for ${seconds} s. Restarting it\n`);
    process.kill(process.pid, 'SIGKILL');
  }, interval);
}

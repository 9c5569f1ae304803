import { readFileSync } from 'node:fs';
import { request } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { parentPort, workerData } from 'node:worker_threads';

/**
 * Asks the engine for a sign of life again and again, and posts how many milliseconds each took. The time
 * for which the host had no processor for the engine's main thread or this one doesn't count.
 */

const { socket, pid } = workerData as { socket: string; pid: number };
const PAUSE_MS = 20;

/** The milliseconds that the two threads have waited for a processor. */
function waited(): number {
  const nanoseconds = (path: string) => Number(readFileSync(path, 'utf8').split(' ')[1]);
  return (
    (nanoseconds(`/proc/${pid}/task/${pid}/schedstat`) +
      nanoseconds('/proc/thread-self/schedstat')) /
    1e6
  );
}

function ping(): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const sent = request({ socketPath: socket, path: '/_ping', timeout: 30_000 }, (response) => {
    response.resume().on('end', resolve);
  });
  sent.on('error', reject).on('timeout', () => sent.destroy(new Error('no answer for 30 s')));
  sent.end();
  return promise;
}

for (;;) {
  const start = performance.now();
  const before = waited();
  try {
    await ping();
    const took = performance.now() - start;
    parentPort?.postMessage({ took: Math.max(0, took - (waited() - before)), at: Date.now() });
  } catch (error) {
    parentPort?.postMessage({ failed: String(error), at: Date.now() });
  }
  await delay(PAUSE_MS);
}

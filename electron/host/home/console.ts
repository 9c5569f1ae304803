import { watch } from 'node:fs';
import { appendFile, open, stat, truncate, writeFile } from 'node:fs/promises';
import { stripVTControlCharacters } from 'node:util';
import { loggerOf } from '../base/log.ts';
import { lookAtOpenFile } from '../base/look-at-open-file.ts';

const log = loggerOf('machine');

/**
 * The VM's serial console is a file that the hypervisor appends to. The file is complete whichever
 * process was watching, and it survives a crash.
 */

/** The maximum size in bytes: a VM that floods its console must not fill the host's disk. */
const largestConsole = 4 * 1024 * 1024;
/** The lines to keep when the file is cut: the boot, which a takeover also reads, and the end. */
const keptFirstLines = 300;
const keptLastLines = 1_000;
const keptLineLength = 1_000;

/** Empties the file; creates it if missing. */
export async function clearConsole(path: string): Promise<void> {
  await writeFile(path, '', { mode: 0o600 });
}

/** The last lines, oldest first; empty if there is no file. */
export async function consoleTail(path: string, limit: number): Promise<string[]> {
  return limit > 0 ? (await readLines(path)).slice(-limit) : [];
}

/**
 * Waits until the console has a line with this beginning, including existing lines, and returns it.
 * With `times`, waits for that many of them. Rejects when `signal` aborts.
 */
export async function waitForConsoleLine(
  path: string,
  beginning: string,
  signal: AbortSignal,
  times = 1,
): Promise<string> {
  let found: string | undefined;
  await onEachChange(path, signal, async (done) => {
    found = (await readLines(path)).filter((line) => line.startsWith(beginning))[times - 1];
    if (found !== undefined) done();
  });
  return found ?? '';
}

/**
 * Limits the size of the file until `signal` aborts. `whileClosed` runs its argument while the
 * hypervisor has closed the file, where that is needed.
 */
export async function boundConsole(
  path: string,
  signal: AbortSignal,
  whileClosed = (cut: () => Promise<void>) => cut(),
): Promise<void> {
  let limit = largestConsole;
  await onEachChange(path, signal, async () => {
    const { size, blocks } = await stat(path);
    if (Math.min(size, blocks * 512) <= limit) return;
    try {
      await whileClosed(() => cutConsole(path));
      limit = largestConsole;
    } catch (error) {
      // Another program may use the file. Berth tries again when the file is twice as long.
      log.warn(`${path} can't be cut`, error);
      limit = 2 * size;
    }
  });
}

/** Keeps the first and the last lines. */
async function cutConsole(path: string): Promise<void> {
  const lines = (await readLines(path)).map((line) => line.slice(0, keptLineLength));
  const last = lines.slice(keptFirstLines).slice(-keptLastLines);
  await truncate(path);
  await appendFile(path, `${[...lines.slice(0, keptFirstLines), ...last].join('\n')}\n`);
}

/**
 * Calls `look` now and after each change of the file, one call at a time, until it calls `done`.
 */
async function onEachChange(
  path: string,
  signal: AbortSignal,
  look: (done: () => void) => Promise<void>,
): Promise<void> {
  signal.throwIfAborted();
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  let looking = false;
  let changed = false;
  const onChange = async (): Promise<void> => {
    changed = true;
    if (looking) return;
    looking = true;
    while (changed) {
      changed = false;
      await look(resolve).catch(reject);
    }
    looking = false;
  };
  // Start watching before the first look, so that no change in between is missed.
  const watcher = watch(path, () => onChange().catch(reject));
  watcher.on('error', reject);
  const stopLooking = lookAtOpenFile(() => onChange().catch(reject));
  const onAbort = () => reject(signal.reason);
  signal.addEventListener('abort', onAbort);
  try {
    onChange().catch(reject);
    await promise;
  } finally {
    watcher.close();
    stopLooking();
    signal.removeEventListener('abort', onAbort);
  }
}

async function readLines(path: string): Promise<string[]> {
  const text = (await log.attempt('Reading the console', readEnds(path))) ?? '';
  const lines = stripVTControlCharacters(text).split(/[\r\n\0]+/);
  return lines.filter((line) => line.trim() !== '');
}

/**
 * The file, without the middle of a very long one. vfkit doesn't append, so a file that was cut has a
 * hole as long as everything that was ever written.
 */
async function readEnds(path: string): Promise<string> {
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    const end = 4 * largestConsole;
    if (size <= 2 * end) return await file.readFile('utf8');
    const parts = [0, size - end].map(async (position) => {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(end), 0, end, position);
      return buffer.subarray(0, bytesRead).toString('utf8');
    });
    return (await Promise.all(parts)).join('\n');
  } finally {
    await file.close();
  }
}

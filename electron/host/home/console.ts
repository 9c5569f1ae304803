import { watch } from 'node:fs';
import { appendFile, readFile, stat, truncate, writeFile } from 'node:fs/promises';
import { stripVTControlCharacters } from 'node:util';
import { loggerOf } from '../base/log.ts';

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

/** Limits the size of the file until `signal` aborts. */
export async function boundConsole(path: string, signal: AbortSignal): Promise<void> {
  await onEachChange(path, signal, async () => {
    if ((await stat(path)).size <= largestConsole) return;
    const lines = (await readLines(path)).map((line) => line.slice(0, keptLineLength));
    const last = lines.slice(keptFirstLines).slice(-keptLastLines);
    await truncate(path);
    await appendFile(path, `${[...lines.slice(0, keptFirstLines), ...last].join('\n')}\n`);
  });
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
  const onAbort = () => reject(signal.reason);
  signal.addEventListener('abort', onAbort);
  try {
    onChange().catch(reject);
    await promise;
  } finally {
    watcher.close();
    signal.removeEventListener('abort', onAbort);
  }
}

async function readLines(path: string): Promise<string[]> {
  const text = (await log.attempt('Reading the console', readFile(path, 'utf8'))) ?? '';
  const lines = stripVTControlCharacters(text).split(/[\r\n]+/);
  return lines.filter((line) => line.trim() !== '');
}

import { watch } from 'node:fs';
import { appendFile, readFile, stat, truncate, writeFile } from 'node:fs/promises';
import { stripVTControlCharacters } from 'node:util';
import { loggerOf } from '../base/log.ts';

const log = loggerOf('machine');

/*
 * The guest's serial console is a file that the hypervisor appends to: it is complete whichever
 * process looked on, and is still there after a crash.
 */

/** A guest that floods its console must not fill the host's disk: bytes. */
const largestConsole = 4 * 1024 * 1024;
/** What is kept then: how the boot went, which a take-over looks at too, and the end. */
const keptFirstLines = 300;
const keptLastLines = 1_000;
const keptLineLength = 1_000;

/** Empties the file, making it when it is missing. */
export async function clearConsole(path: string): Promise<void> {
  await writeFile(path, '', { mode: 0o600 });
}

/** The last lines, oldest first; none when there is no file. */
export async function consoleTail(path: string, limit: number): Promise<string[]> {
  return limit > 0 ? (await readLines(path)).slice(-limit) : [];
}

/**
 * Waits until the console shows a line that begins so, counting those that are already there, and
 * answers it. Rejects when `signal` aborts.
 */
export async function waitForConsoleLine(
  path: string,
  beginning: string,
  signal: AbortSignal,
): Promise<string> {
  let found: string | undefined;
  await onEachChange(path, signal, async (done) => {
    found = (await readLines(path)).find((line) => line.startsWith(beginning));
    if (found !== undefined) done();
  });
  return found ?? '';
}

/** Keeps the file from growing without bound until `signal` aborts. */
export async function boundConsole(path: string, signal: AbortSignal): Promise<void> {
  await onEachChange(path, signal, async () => {
    if ((await stat(path)).size <= largestConsole) return;
    const lines = (await readLines(path)).map((line) => line.slice(0, keptLineLength));
    const last = lines.slice(keptFirstLines).slice(-keptLastLines);
    await truncate(path);
    await appendFile(path, `${[...lines.slice(0, keptFirstLines), ...last].join('\n')}\n`);
  });
}

/** Calls `look` now and after each change of the file, one at a time, until it calls `done`. */
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
  // Watching begins before the first look, so that nothing falls between the two.
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

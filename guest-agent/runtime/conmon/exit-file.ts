import { type FSWatcher, watch } from 'node:fs';
import { mkdir, readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';

export interface ProcessExit {
  /** conmon names the file after the container. */
  readonly name: string;
  readonly exitCode: number;
  readonly time: Date;
}

/** Milliseconds until it tries again to read a directory after a failure. */
const RETRY = 1000;

/**
 * Watches a directory in which conmon writes a file with the exit code when a process exits. Calls
 * back once per file, including existing files. Reports read errors to `onError` and tries again.
 * Call `close` to stop.
 */
export class ExitWatcher {
  readonly #directory: string;
  readonly #onExit: (exit: ProcessExit) => void;
  readonly #onError: (error: unknown) => void;
  readonly #seen = new Set<string>();
  #watcher: FSWatcher | undefined;
  #retry: NodeJS.Timeout | undefined;
  #isClosed = false;

  constructor(
    directory: string,
    onExit: (exit: ProcessExit) => void,
    onError: (error: unknown) => void,
  ) {
    this.#directory = directory;
    this.#onExit = onExit;
    this.#onError = onError;
  }

  async open(): Promise<void> {
    await mkdir(this.#directory, { recursive: true, mode: 0o700 });
    // conmon writes a temporary file and renames it, so a file with its final name is complete.
    this.#watcher = watch(this.#directory, (_, name) => {
      if (name) this.#look(name).catch((error) => this.#failed(error));
    });
    this.#watcher.on('error', (error) => this.#failed(error));
    await this.check();
  }

  /** Checks for files now, whether or not the kernel has reported them. */
  async check(): Promise<void> {
    for (const name of await readdir(this.#directory)) await this.#look(name);
  }

  /** Allows another exit with this name, since the container may run again. */
  forget(name: string): void {
    this.#seen.delete(name);
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#retry);
    this.#watcher?.close();
  }

  async #look(name: string): Promise<void> {
    if (this.#seen.has(name) || name.includes('.')) return;
    const exit = await readExit(this.#directory, name);
    if (!exit || this.#isClosed || this.#seen.has(name)) return;
    this.#seen.add(name);
    this.#onExit(exit);
  }

  /** The kernel reports each file only once, so a missed file needs another check. */
  #failed(error: unknown): void {
    if (this.#isClosed) return;
    this.#onError(error);
    this.#retry ??= setTimeout(() => {
      this.#retry = undefined;
      this.check().catch((failure) => this.#failed(failure));
    }, RETRY);
  }
}

/** Undefined if the process hasn't exited. */
export async function readExit(directory: string, name: string): Promise<ProcessExit | undefined> {
  const path = join(directory, name);
  try {
    const [text, { mtime }] = await Promise.all([readFile(path, 'utf8'), stat(path)]);
    const exitCode = Number.parseInt(text, 10);
    return Number.isNaN(exitCode) ? undefined : { name, exitCode, time: mtime };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

import { type FSWatcher, watch } from 'node:fs';
import { mkdir, readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';

export interface ProcessExit {
  /** conmon names the file after the container. */
  readonly name: string;
  readonly exitCode: number;
  readonly time: Date;
}

/** Milliseconds until a directory is looked at again that could not be read. */
const RETRY = 1000;

/**
 * Watches a directory in which conmon leaves a file with the exit code when a process ends. Calls
 * back once a file, those that are there already included; tells `onError` what it could not read,
 * and tries again. The caller ends it with `close`.
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
    // conmon writes a temporary file and renames it: a name that is there is a whole file.
    this.#watcher = watch(this.#directory, (_, name) => {
      if (name) this.#look(name).catch((error) => this.#failed(error));
    });
    this.#watcher.on('error', (error) => this.#failed(error));
    await this.check();
  }

  /** Looks for files now, whether or not the kernel has told of them. */
  async check(): Promise<void> {
    for (const name of await readdir(this.#directory)) await this.#look(name);
  }

  /** A container of that name may run, and end, again. */
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

  /** The kernel tells of each file once: what was missed has to be looked for. */
  #failed(error: unknown): void {
    if (this.#isClosed) return;
    this.#onError(error);
    this.#retry ??= setTimeout(() => {
      this.#retry = undefined;
      this.check().catch((failure) => this.#failed(failure));
    }, RETRY);
  }
}

/** Undefined when the process hasn't ended. */
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

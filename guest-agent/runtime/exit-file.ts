import { type FSWatcher, watch } from 'node:fs';
import { mkdir, readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';

export interface ProcessExit {
  /** conmon names the file after the container. */
  readonly name: string;
  readonly exitCode: number;
  readonly time: Date;
}

/**
 * Watches a directory in which conmon leaves a file with the exit code when a process ends. Calls
 * back once a file, those that are there already included. The caller ends it with `close`.
 */
export class ExitWatcher {
  readonly #directory: string;
  readonly #onExit: (exit: ProcessExit) => void;
  readonly #seen = new Set<string>();
  #watcher: FSWatcher | undefined;

  constructor(directory: string, onExit: (exit: ProcessExit) => void) {
    this.#directory = directory;
    this.#onExit = onExit;
  }

  async open(): Promise<void> {
    await mkdir(this.#directory, { recursive: true, mode: 0o700 });
    // conmon writes a temporary file and renames it: a name that is there is a whole file.
    this.#watcher = watch(this.#directory, (_, name) => {
      if (name) void this.#look(name);
    });
    for (const name of await readdir(this.#directory)) await this.#look(name);
  }

  /** A container of that name may run, and end, again. */
  forget(name: string): void {
    this.#seen.delete(name);
  }

  close(): void {
    this.#watcher?.close();
  }

  async #look(name: string): Promise<void> {
    if (this.#seen.has(name) || name.includes('.')) return;
    const exit = await readExit(this.#directory, name);
    if (!exit || this.#seen.has(name)) return;
    this.#seen.add(name);
    this.#onExit(exit);
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

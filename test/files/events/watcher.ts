import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

/** How long a watcher can take to look at the folder before it reports changes. */
const START_MS = 60_000;

export const watcherNames = ['inotify', 'chokidar', 'watchdog'] as const;
export type WatcherName = (typeof watcherNames)[number];

/** An event that a watcher reported, and when. */
export interface Seen {
  readonly event: string;
  /** In milliseconds of performance.now(). */
  readonly at: number;
  /** A number that both halves of a move have in common, if the watcher says it. */
  readonly cookie?: string;
}

/** A program that watches a folder, on this system or in a container. */
export class Watcher {
  readonly name: WatcherName;
  seen: Seen[] = [];
  readonly #child: ChildProcess;
  readonly #read: (line: string) => Omit<Seen, 'at'> | undefined;

  private constructor(
    name: WatcherName,
    child: ChildProcess,
    read: (line: string) => Omit<Seen, 'at'> | undefined,
  ) {
    this.name = name;
    this.#child = child;
    this.#read = read;
  }

  /** Starts `command`, which prints an event a line. Resolves once it watches. */
  static async start(
    name: WatcherName,
    [program = '', ...words]: readonly string[],
    environment: NodeJS.ProcessEnv,
    read: (line: string) => Omit<Seen, 'at'> | undefined,
  ): Promise<Watcher> {
    const env = { ...process.env, ...environment };
    const child = spawn(program, words, { stdio: ['ignore', 'pipe', 'pipe'], env });
    const watcher = new Watcher(name, child, read);
    const ready = Promise.withResolvers<void>();
    const said: string[] = [];
    const isReady = (line: string) => line === 'ready' || line.includes('Watches established');
    for (const stream of [child.stdout, child.stderr]) {
      createInterface({ input: stream }).on('line', (line) => {
        if (isReady(line)) ready.resolve();
        else watcher.#take(line, said);
      });
    }
    child.once('error', ready.reject);
    child.once('exit', (code) =>
      ready.reject(new Error(`${name} ended with ${code}: ${said.join('\n')}`)),
    );
    const timer = setTimeout(() => ready.reject(new Error(`${name} didn't start`)), START_MS);
    await ready.promise.finally(() => clearTimeout(timer));
    return watcher;
  }

  #take(line: string, said: string[]): void {
    said.push(line);
    const event = this.#read(line);
    if (event) this.seen.push({ ...event, at: performance.now() });
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    this.#child.kill();
    await once(this.#child, 'exit');
  }
}

import { once } from 'node:events';
import { chmod, rm } from 'node:fs/promises';
import { createServer, type Server, type Socket } from 'node:net';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { setImmediate, setTimeout as sleep } from 'node:timers/promises';
import { type Change, changesSchema, type InShare, type Watched } from '../contract/changes.ts';
import { limitChanges } from './limit-changes.ts';
import { OwnChanges } from './own-changes.ts';
import { Pins } from './pins.ts';
import { replay } from './replay.ts';
import type { Shares } from './shares.ts';

/** How long the pins of large folders may hold up a start. */
const PATIENCE_MS = 2_000;
/** A container that is being started is among those that run after this, or has failed. */
const START_MS = 60_000;

/** Tells the host which shared folders containers have mounted, and the kernel what it changes there. */
export class HostChanges {
  readonly #shares: Shares;
  readonly #log: (message: string, cause: unknown) => void;
  readonly #own = new OwnChanges();
  readonly #pins = new Pins(this.#own);
  readonly #hosts = new Set<Socket>();
  /** What containers that are being started will have mounted. */
  readonly #expected = new Set<string>();
  #watched: Watched = { folders: [] };
  #replayed: Promise<void> = Promise.resolve();

  constructor(shares: Shares, log: (message: string, cause: unknown) => void) {
    this.#shares = shares;
    this.#log = log;
  }

  /** Serves the socket (contract/changes.ts), which only root may open. */
  async listen(path: string): Promise<Server> {
    const server = createServer((connection) => {
      connection.on('error', () => {});
      this.#serve(connection).catch((error) => this.#log('changes of the host', error));
    });
    await rm(path, { force: true });
    await once(server.listen(path), 'listening');
    await chmod(path, 0o600);
    return server;
  }

  /** To be awaited before a container starts that has this mounted: see `Pins`. */
  async prepare(path: string): Promise<void> {
    this.#expected.add(path);
    setTimeout(() => this.#expected.delete(path), START_MS).unref();
    await Promise.race([this.#pins.add(path), sleep(PATIENCE_MS, undefined, { ref: false })]);
  }

  /** Lets go of all folders, which no container has mounted: pins keep shares from being unmounted. */
  async release(): Promise<void> {
    this.#expected.clear();
    await this.#pins.keep([]);
  }

  /** What containers have mounted by now. */
  async watch(folders: readonly InShare[]): Promise<void> {
    const watched: Watched = { folders: [...folders] };
    if (JSON.stringify(watched) === JSON.stringify(this.#watched)) return;
    this.#watched = watched;
    for (const host of this.#hosts) this.#tell(host);
    const paths = folders.flatMap((folder) => this.#pathOf(folder) ?? []);
    await this.#pins.keep([...paths, ...this.#expected]);
    for (const path of paths) await this.#pins.add(path);
  }

  #tell(host: Socket): void {
    host.write(`${JSON.stringify(this.#watched)}\n`);
  }

  #pathOf({ tag, path }: InShare): string | undefined {
    const folder = this.#shares.folders.find((each) => each.tag === tag);
    return folder && join(this.#shares.mountPoint(folder), path);
  }

  async #serve(host: Socket): Promise<void> {
    const lines = createInterface({ input: host });
    host.once('close', () => lines.close());
    this.#hosts.add(host);
    this.#tell(host);
    const limited = limitChanges((change) => this.#replay(change));
    try {
      for await (const line of lines) {
        // What the kernel has to say of the same change is heard first.
        await setImmediate();
        const { changes } = changesSchema.parse(JSON.parse(line));
        for (const change of changes) await this.#take(change, limited);
      }
    } finally {
      this.#hosts.delete(host);
      host.destroy();
    }
  }

  async #take(change: Change, tell: (change: Change) => void): Promise<void> {
    const path = this.#pathOf(change);
    if (path === undefined) return;
    if (change.isFolder) {
      // Before anyone hears of it, and begins to watch it.
      if (change.kind === 'removed') await this.#pins.drop(path);
      else await this.#pins.renew(path);
    }
    if (!this.#own.includes(path, change.age)) tell(change);
  }

  /** One after the other. */
  #replay(change: Change): void {
    const root = this.#pathOf({ tag: change.tag, path: '' });
    if (root === undefined) return;
    const path = join(root, change.path);
    this.#replayed = this.#replayed
      .then(() => {
        this.#own.touching(path, dirname(path));
        return replay(root, change);
      })
      .catch((error) => this.#log(`telling of ${path}`, error));
  }
}

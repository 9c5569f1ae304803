import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { unmountIfMounted } from '../../../../../../guest-agent/runtime/mounts/mount.ts';
import type { ClientConfig } from '../../../../../../guest-agent/shares/fuse/client-config.ts';
import { FolderServer } from '../serve.ts';
import type { ServedFolder } from '../served-share.ts';

const client = join(import.meta.dirname, '../../../../../../guest-agent/shares/fuse/main.ts');

/** Whether this host can mount a folder as the guest does. */
export const canMount =
  process.platform === 'linux' && process.getuid?.() === 0 && existsSync('/dev/fuse');

/** A folder, its server, and where the guest's client has mounted it: all on this host. */
export class MountedFolder {
  readonly folder: string;
  readonly mounted: string;
  readonly #directory: string;
  readonly #options: Partial<ServedFolder>;
  readonly #client: ChildProcess;
  #server: FolderServer;
  #socket: Socket | undefined;

  private constructor(directory: string, options: Partial<ServedFolder>) {
    this.#directory = directory;
    this.#options = options;
    this.folder = join(directory, 'folder');
    this.mounted = join(directory, 'mounted');
    const mounts = [{ mountPoint: this.mounted, socket: this.#path }];
    const config: ClientConfig = { mounts };
    this.#client = spawn(process.execPath, [client, JSON.stringify(config)], {
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    this.#server = this.#createServer();
  }

  static async mount(options: Partial<ServedFolder> = {}): Promise<MountedFolder> {
    const directory = await mkdtemp(join(tmpdir(), 'berth-mounted-'));
    await mkdir(join(directory, 'folder'));
    await mkdir(join(directory, 'mounted'));
    const mounted = new MountedFolder(directory, options);
    while (!existsSync(mounted.#path)) await sleep(10);
    await mounted.connect();
    return mounted;
  }

  /** How many requests the server got since the last call, by operation. */
  takeCounts(): Record<number, number> {
    const counts = Object.fromEntries(this.#server.counts);
    this.#server.counts.clear();
    return counts;
  }

  async connect(): Promise<void> {
    const socket = connect(this.#path);
    await once(socket, 'connect');
    this.#socket = socket;
    void this.#server.serve(socket).catch((error) => console.error(error));
  }

  disconnect(): void {
    this.#socket?.destroy();
  }

  /** A server that knows nothing of the earlier one. */
  async restartServer(): Promise<void> {
    this.#server.close();
    this.#server = this.#createServer();
    await this.connect();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await unmountIfMounted(this.mounted);
    const exited = once(this.#client, 'exit');
    if (this.#client.exitCode === null) {
      this.#client.kill();
      await exited;
    }
    this.#server.close();
    await rm(this.#directory, { recursive: true, force: true });
  }

  get #path(): string {
    return join(this.#directory, 'share.sock');
  }

  #createServer(): FolderServer {
    const defaults = { path: this.folder, readOnly: false, withheld: [] };
    return new FolderServer({ ...defaults, ...this.#options });
  }
}

import { randomBytes } from 'node:crypto';
import { lstat, mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { EngineError } from '../errors.ts';
import { run } from '../runtime/program.ts';
import { RecordStore } from '../store/metadata.ts';
import type { EventBus } from './events.ts';

const volumeSchema = z.object({
  name: z.string(),
  createdAt: z.iso.datetime(),
  labels: z.record(z.string(), z.string()),
  options: z.record(z.string(), z.string()),
  /** Made for a container that named no volume. */
  anonymous: z.boolean(),
});
export type Volume = z.infer<typeof volumeSchema>;

/** Directories on the data disk that outlive containers. */
export class Volumes {
  readonly #directory: string;
  readonly #events: EventBus;
  readonly #store: RecordStore<Volume>;
  #volumes = new Map<string, Volume>();

  constructor(directory: string, events: EventBus) {
    this.#directory = directory;
    this.#events = events;
    this.#store = new RecordStore(directory, volumeSchema);
  }

  async load(onDamaged: (path: string, cause: unknown) => void): Promise<void> {
    this.#volumes = await this.#store.load(onDamaged);
  }

  list(): Volume[] {
    return [...this.#volumes.values()];
  }

  get(name: string): Volume {
    const volume = this.#volumes.get(name);
    if (!volume) throw new EngineError('not-found', `get ${name}: no such volume`);
    return volume;
  }

  /** Where a volume's content is, in the guest. */
  mountpoint(name: string): string {
    return join(this.#directory, name, '_data');
  }

  /** The volume of that name, made when missing; an empty name makes an anonymous one. */
  async ensure(
    name: string,
    options: { labels?: Record<string, string>; options?: Record<string, string> } = {},
  ): Promise<Volume> {
    const existing = this.#volumes.get(name);
    if (existing) return existing;
    if (name !== '' && !/^[a-zA-Z0-9][a-zA-Z0-9_.-]+$/.test(name)) {
      throw new EngineError(
        'invalid',
        `create ${name}: "${name}" includes invalid characters for a local volume name, only "[a-zA-Z0-9][a-zA-Z0-9_.-]" are allowed. If you intended to pass a host directory, use absolute path`,
      );
    }
    const volume: Volume = {
      name: name || randomBytes(32).toString('hex'),
      createdAt: new Date().toISOString(),
      labels: options.labels ?? {},
      options: options.options ?? {},
      anonymous: name === '',
    };
    await mkdir(this.mountpoint(volume.name), { recursive: true, mode: 0o755 });
    await this.#store.put(volume.name, volume);
    this.#volumes.set(volume.name, volume);
    this.#publish('create', volume.name);
    return volume;
  }

  /** Throws EngineError 'conflict' while a container uses it (`users` are their IDs). */
  async remove(name: string, users: readonly string[]): Promise<void> {
    this.get(name);
    if (users.length > 0) {
      throw new EngineError('conflict', `remove ${name}: volume is in use - [${users.join(', ')}]`);
    }
    // The record goes first: a crash between leaves a directory without a name, not a name without
    // its content.
    await this.#store.delete(name);
    this.#volumes.delete(name);
    await rm(join(this.#directory, name), { recursive: true, force: true });
    this.#publish('destroy', name);
  }

  /**
   * Docker's copy-up: an empty volume takes over what the image has at the place where it is
   * mounted, with its owner and mode.
   */
  async fillFrom(name: string, source: string): Promise<void> {
    const target = this.mountpoint(name);
    const stat = await lstat(source).catch(() => undefined);
    if (!stat?.isDirectory() || (await readdir(target)).length > 0) return;
    await run('cp', ['-a', `${source}/.`, target]);
  }

  #publish(action: string, name: string): void {
    this.#events.publish({ type: 'volume', action, id: name, attributes: { driver: 'local' } });
  }
}

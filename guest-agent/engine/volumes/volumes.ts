import { randomBytes } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { EngineError } from '../../errors.ts';
import { isName } from '../../grammar/name.ts';
import { unmountIfMounted } from '../../runtime/mounts/mount.ts';
import type { Shares } from '../../shares/shares.ts';
import type { Damage } from '../../store/damage.ts';
import { RecordStore } from '../../store/metadata.ts';
import type { EventBus } from '../events.ts';
import { NamedLocks } from '../lock.ts';
import { UnreadableRecords } from '../unreadable-records.ts';
import { adoptedVolume, holdsFiles } from './adoption.ts';
import { copyUp } from './copy-up.ts';
import { mountDevice } from './mount-device.ts';
import {
  checkOptions,
  describeVolume,
  isDevice,
  type Volume,
  type VolumeSettings,
  volumeSchema,
} from './volume.ts';

/** Docker's label of anonymous volumes. */
const ANONYMOUS_LABEL = 'com.docker.volume.anonymous';

/** Directories on the data disk that outlive containers. */
export class Volumes {
  readonly #directory: string;
  readonly #events: EventBus;
  readonly #store: RecordStore<Volume>;
  /** Only one caller at a time creates, mounts, unmounts or removes a volume. */
  readonly #locks = new NamedLocks();
  /** By volume name, the IDs of containers that are being created with the volume. */
  readonly #claims = new Map<string, Set<string>>();
  /** By volume name, the IDs of running containers that use the volume. */
  readonly #users = new Map<string, Set<string>>();
  readonly #damage: Damage;
  readonly #shares: Shares;
  #volumes = new Map<string, Volume>();
  /** Names of the volumes whose records can't be read. Only their directories are left. */
  readonly #unreadable: UnreadableRecords;

  constructor(directory: string, events: EventBus, damage: Damage, shares: Shares) {
    this.#shares = shares;
    this.#directory = directory;
    this.#events = events;
    this.#damage = damage;
    this.#unreadable = new UnreadableRecords(damage, describeVolume);
    this.#store = new RecordStore({
      ...{ directory, schema: volumeSchema, describe: describeVolume, contents: ['_data'] },
    });
  }

  async load(): Promise<void> {
    const { records, lost } = await this.#store.load(this.#damage);
    this.#volumes = records;
    for (const [name, cause] of lost) {
      if (await holdsFiles(this.mountpoint(name))) await this.#adopt(name, cause);
      else this.#noteUnreadable(name, cause);
    }
  }

  list(): Volume[] {
    return [...this.#volumes.values()];
  }

  get(name: string): Volume {
    const volume = this.#volumes.get(name);
    if (!volume) throw noSuchVolume(name);
    return volume;
  }

  find(name: string): Volume | undefined {
    return this.#volumes.get(name);
  }

  /** Whether a volume with this name exists, or the remains of one whose record is lost. */
  has(name: string): boolean {
    return this.#volumes.has(name) || this.#unreadable.has(name);
  }

  /** The path of a volume's content in the guest. */
  mountpoint(name: string): string {
    return join(this.#directory, name, '_data');
  }

  /**
   * The volume with this name. Creates it if it is missing; an empty name creates an anonymous
   * volume. Throws EngineError 'conflict' if the volume's record can't be read: only `create`
   * replaces that.
   */
  ensure(name: string, settings: VolumeSettings = {}): Promise<Volume> {
    return this.#make(name, settings, false);
  }

  /**
   * Like `ensure`, but also replaces a volume whose record can't be read, with the user's settings.
   */
  create(name: string, settings: VolumeSettings = {}): Promise<Volume> {
    return this.#make(name, settings, true);
  }

  async #make(
    name: string,
    settings: VolumeSettings,
    replacesUnreadable: boolean,
  ): Promise<Volume> {
    if (name.length === 1) {
      throw new EngineError(
        'invalid',
        `create ${name}: volume name is too short, names should be at least two alphanumeric characters`,
      );
    }
    if (name !== '' && !isName(name)) {
      throw new EngineError(
        'invalid',
        `create ${name}: "${name}" includes invalid characters for a local volume name, only "[a-zA-Z0-9][a-zA-Z0-9_.-]" are allowed. If you intended to pass a host directory, use absolute path`,
      );
    }
    const { labels = {}, options = {} } = settings;
    const volume: Volume = {
      name: name || randomBytes(32).toString('hex'),
      createdAt: new Date().toISOString(),
      labels: { ...labels, ...(name === '' && { [ANONYMOUS_LABEL]: '' }) },
      options: { ...options },
      anonymous: name === '',
    };
    return this.#locks.run(volume.name, async () => {
      const existing = this.#volumes.get(volume.name);
      if (existing) return existing;
      if (!replacesUnreadable) this.#refuseUnreadable(volume.name);
      checkOptions(name, options);
      const wasThere = this.#unreadable.has(volume.name);
      try {
        await mkdir(this.mountpoint(volume.name), { recursive: true, mode: 0o755 });
        await this.#store.put(volume.name, volume);
      } catch (error) {
        // Files of a volume whose record can't be read stay.
        if (!wasThere) await this.#store.remove(volume.name);
        throw error;
      }
      this.#volumes.set(volume.name, volume);
      this.#unreadable.settle(volume.name);
      this.#publish('create', volume.name);
      return volume;
    });
  }

  /** Protects an existing or future volume from removal until disposed of. */
  claim(name: string, containerId: string): Disposable {
    const claims = this.#claims.get(name) ?? new Set();
    this.#claims.set(name, claims.add(containerId));
    return {
      [Symbol.dispose]: () => {
        claims.delete(containerId);
        if (claims.size === 0 && this.#claims.get(name) === claims) this.#claims.delete(name);
      },
    };
  }

  /** Throws EngineError 'conflict' while containers use the volume. `users` returns their IDs. */
  async remove(name: string, users: () => readonly string[]): Promise<void> {
    await this.#locks.run(name, async () => {
      if (!this.has(name)) throw noSuchVolume(name);
      const holders = [...new Set([...users(), ...(this.#claims.get(name) ?? [])])];
      if (holders.length > 0) {
        throw new EngineError(
          'conflict',
          `remove ${name}: volume is in use - [${holders.join(', ')}]`,
        );
      }
      // After a crash, a device may still be mounted. Its files must not be removed.
      await unmountIfMounted(this.mountpoint(name));
      await this.#store.remove(name);
      this.#volumes.delete(name);
      this.#unreadable.settle(name);
      this.#users.delete(name);
      this.#publish('destroy', name);
    });
  }

  /** Records the volumes of a container that ran before the agent started. */
  hold(names: readonly string[], containerId: string): void {
    for (const name of names) this.#usersOf(name).add(containerId);
  }

  /**
   * Prepares a volume for a container that starts, until `release`. `attributes` go into the event.
   * Idempotent.
   */
  async mount(
    name: string,
    containerId: string,
    attributes: Readonly<Record<string, string>>,
  ): Promise<void> {
    await this.#locks.run(name, async () => {
      this.#refuseUnreadable(name);
      await mountDevice(this.get(name), this.mountpoint(name), this.#shares);
      this.#usersOf(name).add(containerId);
    });
    this.#publish('mount', name, { container: containerId, ...attributes });
  }

  /** Releases the volumes of a stopped container. Idempotent. */
  async release(containerId: string): Promise<void> {
    for (const name of await this.#letGo(containerId)) {
      this.#publish('unmount', name, { container: containerId });
    }
  }

  /**
   * The path of a volume's content. The volume is neither removed nor unmounted until disposed of.
   */
  async open(name: string): Promise<{ readonly path: string } & AsyncDisposable> {
    const reader = `open-${randomBytes(6).toString('hex')}`;
    await using stack = new AsyncDisposableStack();
    stack.use(this.claim(name, reader));
    stack.defer(async () => void (await this.#letGo(reader)));
    await this.#locks.run(name, async () => {
      this.#refuseUnreadable(name);
      await mountDevice(this.get(name), this.mountpoint(name), this.#shares);
      this.#usersOf(name).add(reader);
    });
    const resources = stack.move();
    const path = this.mountpoint(name);
    return { path, [Symbol.asyncDispose]: () => resources.disposeAsync() };
  }

  async #adopt(name: string, cause: unknown): Promise<void> {
    const volume = await adoptedVolume(name, this.mountpoint(name));
    this.#volumes.set(name, volume);
    const message = `The record of ${describeVolume(name)} was lost. Its files are whole, and Berth made a new record, without the labels that the volume may have had. If the old record was damaged, it is kept as ${this.#store.damagedPath(name)}.`;
    this.#damage.tell(describeVolume(name), message, cause);
    // If the write fails, for example on a full disk, the next start creates the record again.
    await this.#store
      .replace(name, volume)
      .catch((error) => this.#damage.tell(describeVolume(name), message, error));
  }

  #noteUnreadable(name: string, cause: unknown): void {
    this.#unreadable.note(
      name,
      `The record of ${describeVolume(name)} can't be read, and Berth can't tell what was mounted there. Create the volume again with its options, or remove it with: berth volume rm ${name}`,
      cause,
    );
  }

  /** An empty volume must not replace a volume whose device is unknown. */
  #refuseUnreadable(name: string): void {
    if (!this.#unreadable.has(name)) return;
    throw new EngineError(
      'conflict',
      `volume ${name}: its record can't be read. Create the volume again with its options, or remove it: docker volume rm ${name}`,
    );
  }

  /** Unmounts volumes whose last user is gone. Returns the names of this user's volumes. */
  async #letGo(user: string): Promise<string[]> {
    const held = [...this.#users].filter(([, users]) => users.delete(user));
    for (const [name, users] of held) {
      await this.#locks.run(name, async () => {
        const volume = this.#volumes.get(name);
        if (users.size === 0 && volume && isDevice(volume)) {
          await unmountIfMounted(this.mountpoint(name));
        }
      });
    }
    return held.map(([name]) => name);
  }

  /** See `copyUp`. */
  fillFrom(name: string, source: string): Promise<void> {
    return copyUp(source, this.mountpoint(name));
  }

  #usersOf(name: string): Set<string> {
    const users = this.#users.get(name) ?? new Set();
    this.#users.set(name, users);
    return users;
  }

  #publish(action: string, name: string, attributes: Readonly<Record<string, string>> = {}): void {
    this.#events.publish({
      type: 'volume',
      action,
      id: name,
      attributes: { driver: 'local', ...attributes },
    });
  }
}

const noSuchVolume = (name: string) => new EngineError('not-found', `get ${name}: no such volume`);

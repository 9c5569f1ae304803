import { EngineError, isShortage } from '../../../errors.ts';
import type { Damage } from '../../../store/damage.ts';
import { RecordStore } from '../../../store/metadata.ts';
import { UnreadableRecords } from '../../unreadable-records.ts';
import { type ContainerRecord, containerRecordSchema } from './container.ts';
import { legacyLinks } from './legacy-links.ts';
import { LiveContainer } from './live-container.ts';

/** Milliseconds before a record that could not be saved is saved again. */
const SAVE_PAUSE = 1000;
const LONGEST_PAUSE = 60_000;

/** All containers, by name, ID or the beginning of an ID. Every change is saved first. */
export class ContainerCollection {
  readonly #store: RecordStore<ContainerRecord>;
  readonly #byId = new Map<string, LiveContainer>();
  /** Names in use, including those of containers that are being created. */
  readonly #names = new Map<string, string>();
  readonly #damage: Damage;
  /**
   * Containers that exist but whose records can't be read. Each may use any volume, network and
   * image layer, so none of these can be removed.
   */
  readonly unreadable: UnreadableRecords;
  #restored: ReadonlySet<string> = new Set();

  constructor(directory: string, damage: Damage) {
    this.#damage = damage;
    this.unreadable = new UnreadableRecords(damage, describe);
    this.#store = new RecordStore({
      ...{ directory, schema: containerRecordSchema, describe },
      contents: ['upper', 'log'],
    });
  }

  async load(): Promise<void> {
    const { records, restored, lost } = await this.#store.load(this.#damage);
    for (const record of records.values()) {
      this.#byId.set(record.id, new LiveContainer(record));
      this.#names.set(record.name, record.id);
    }
    this.#restored = restored;
    for (const [id, cause] of lost) this.noteUnreadable(id, cause);
  }

  /** Records a container that exists although its record is gone. */
  noteUnreadable(id: string, cause?: unknown): void {
    const what = describe(id);
    this.unreadable.note(
      id,
      `The record of ${what} can't be read. Berth lets the container run, keeps its files, and removes no volume, network or image layer, because the container may use any of them. When you no longer need the container, run: berth rm --force ${shortId(id)}`,
      cause,
    );
  }

  /** Deletes the remains of a lost container's record. */
  async deleteUnreadable(id: string): Promise<void> {
    await this.#store.delete(id);
    this.unreadable.settle(id);
  }

  /** Whether the record was restored from an older version and may be out of date. */
  isRestored({ id }: LiveContainer): boolean {
    return this.#restored.has(id);
  }

  /** Newest first, as in `docker ps`. */
  all(): LiveContainer[] {
    return [...this.#byId.values()].sort((a, b) =>
      b.record.createdAt.localeCompare(a.record.createdAt),
    );
  }

  /** Throws EngineError 'not-found', or 'invalid' if the beginning of an ID is ambiguous. */
  get(reference: string): LiveContainer {
    const found = this.find(reference);
    if (!found) throw new EngineError('not-found', `No such container: ${reference}`);
    return found;
  }

  find(reference: string): LiveContainer | undefined {
    const exact =
      this.#byId.get(reference) ??
      this.#byId.get(this.#names.get(reference.replace(/^\//, '')) ?? '');
    if (exact) return exact;
    if (/[^/]\//.test(reference)) return this.#linked(reference);
    if (!/^[0-9a-f]{1,64}$/.test(reference)) return undefined;
    const matches = [...this.#byId.values()].filter(({ id }) => id.startsWith(reference));
    if (matches.length > 1) {
      throw new EngineError('invalid', `Multiple IDs found with provided prefix: ${reference}`);
    }
    return matches[0];
  }

  /** The container that another has a link to: `web/db` is the link `db` of the container `web`. */
  #linked(reference: string): LiveContainer | undefined {
    const [, name = '', alias] = /^\/?([^/]+)\/([^/]+)$/.exec(reference) ?? [];
    const owner = this.#byId.get(this.#names.get(name) ?? '');
    const link = owner && legacyLinks(owner.record).find((each) => each.alias === alias);
    // The target of a link is never itself the name of a link.
    return link && !link.target.includes('/') ? this.find(link.target) : undefined;
  }

  /** Takes a name before the container exists. Throws EngineError 'conflict' in Docker's words. */
  reserveName(name: string, id: string): void {
    const holder = this.#names.get(name);
    if (holder !== undefined && holder !== id) {
      throw new EngineError(
        'conflict',
        `Conflict. The container name "/${name}" is already in use by container "${holder}". You have to remove (or rename) that container to be able to reuse that name.`,
      );
    }
    this.#names.set(name, id);
  }

  releaseName(name: string): void {
    this.#names.delete(name);
  }

  isNameTaken(name: string): boolean {
    return this.#names.has(name);
  }

  async add(record: ContainerRecord): Promise<LiveContainer> {
    await this.#store.put(record.id, record);
    const container = new LiveContainer(record);
    this.#byId.set(record.id, container);
    return container;
  }

  /** Replaces the record. Readers see the new one once it is on disk. */
  async save(container: LiveContainer, record: ContainerRecord): Promise<void> {
    await this.#store.put(record.id, record);
    container.record = record;
  }

  /**
   * Saves a change that has already happened, such as an exit. A full or failing disk must not block
   * clients that wait for the change or that free space. In that case the change stays in memory and is saved
   * later. After a crash, `recoverContainers` detects it again.
   */
  async note(container: LiveContainer, record: ContainerRecord): Promise<void> {
    try {
      await this.save(container, record);
    } catch (error) {
      if (!isShortage(error)) throw error;
      container.record = record;
      this.#saveLater(container, record);
    }
  }

  /** Tries until the record is saved, or until another change has replaced it. */
  #saveLater(container: LiveContainer, record: ContainerRecord, pause = SAVE_PAUSE): void {
    const save = () =>
      container.lock.run(async () => {
        if (container.record !== record || this.find(container.id) !== container) return;
        await this.save(container, record);
      });
    setTimeout(() => {
      save().catch((error) => {
        if (isShortage(error)) {
          this.#saveLater(container, record, Math.min(2 * pause, LONGEST_PAUSE));
          return;
        }
        const what = describe(container.id, record);
        this.#damage.tell(what, `The last change of ${what} isn't on the disk.`, error);
      });
    }, pause).unref();
  }

  async delete(container: LiveContainer): Promise<void> {
    await this.#store.delete(container.id);
    this.#byId.delete(container.id);
    this.releaseName(container.record.name);
  }
}

const shortId = (id: string) => id.slice(0, 12);
const describe = (id: string, record?: ContainerRecord) =>
  `container ${record?.name ?? shortId(id)}`;

import { isDeepStrictEqual } from 'node:util';
import { EngineError } from '../../../errors.ts';
import {
  type ImageDocument,
  imageDocumentSchema,
  parseDocument,
} from '../../../registry/manifest.ts';
import { choosePlatform, type Platform } from '../../../registry/platform.ts';
import {
  canonicalName,
  familiarName,
  parseReference,
  type Reference,
} from '../../../registry/reference.ts';
import type { ContentStore } from '../../../store/content.ts';
import type { Damage } from '../../../store/damage.ts';
import { RecordStore } from '../../../store/metadata.ts';
import { Families, type Family } from './families.ts';
import type { ImageSource } from './image.ts';
import { missingPlatform } from './platform.ts';
import { rebuildRecord } from './rebuild-record.ts';
import {
  type ImageRecord,
  imageRecordSchema,
  type NameRecord,
  nameRecordId,
  nameRecordSchema,
} from './records.ts';
import { resolveImage } from './resolve.ts';
import { type StoredImage, storedImage } from './stored-image.ts';
import { describeImage, UnreadableImages } from './unreadable-images.ts';

/** All images and their names, on disk and completely in memory. */
export class ImageStore implements Pick<ImageSource, 'resolve'> {
  readonly #imageRecords: RecordStore<ImageRecord>;
  readonly #nameRecords: RecordStore<NameRecord>;
  readonly #images = new Map<string, StoredImage>();
  readonly #names = new Map<string, NameRecord>();
  readonly #content: ContentStore;
  readonly #damage: Damage;
  readonly #unreadable: UnreadableImages;
  readonly #families: Families;

  private constructor(directory: string, content: ContentStore, damage: Damage) {
    this.#content = content;
    this.#damage = damage;
    this.#unreadable = new UnreadableImages(damage);
    this.#families = new Families(this.#images, content, damage);
    this.#imageRecords = new RecordStore({
      ...{ directory: `${directory}/images`, schema: imageRecordSchema, describe: describeHex },
    });
    this.#nameRecords = new RecordStore({
      ...{ directory: `${directory}/names`, schema: nameRecordSchema, describe: describeName },
    });
  }

  /**
   * Reads all records. A damaged record is created again from the image's documents. If that fails,
   * the image is lost until the user pulls or removes it.
   */
  static async load(directory: string, content: ContentStore, damage: Damage): Promise<ImageStore> {
    const store = new ImageStore(directory, content, damage);
    const images = await store.#imageRecords.load(damage);
    for (const [id, cause] of images.lost) await store.#rebuild(`sha256:${id}`, cause);
    for (const record of images.records.values()) {
      await store.#add(record).catch((cause) => store.#unreadable.note(record.id, cause));
    }
    const names = await store.#nameRecords.load(damage);
    for (const [id, record] of names.records) {
      await store.#addName(id, record, names.restored.has(id));
    }
    store.#unreadable.tell();
    for (const [id, cause] of names.lost) await store.#dropUnreadableName(id, cause);
    return store;
  }

  /** Whether every image can be read. If not, layers and blobs of the others are unknown. */
  get isWhole(): boolean {
    return this.#unreadable.isEmpty;
  }

  /** The IDs of the images that can't be read. */
  unreadable(): readonly string[] {
    return this.#unreadable.ids();
  }

  /** The records of their names. */
  unreadableNames(): NameRecord[] {
    return this.unreadable().flatMap((id) => this.#unreadable.namesOf(id));
  }

  /** Finds the ID of an image that can't be read, by a name, its ID or the beginning of the ID. */
  findUnreadable(reference: string): string | undefined {
    const lost = this.#unreadable.ids();
    const names = [...this.#names.values(), ...lost.flatMap((id) => this.#unreadable.namesOf(id))];
    const ids = [...this.#images.keys(), ...lost];
    try {
      const id = resolveImage(
        reference,
        new Map(ids.map((each) => [each, each])),
        (name) => names.find((record) => record.name === name)?.image,
      );
      return this.#unreadable.has(id) ? id : undefined;
    } catch (error) {
      // No image, or several. The caller's own lookup reports that.
      if (error instanceof EngineError) return undefined;
      throw error;
    }
  }

  /** Deletes the remains of an image that can't be read. The sweep removes its blobs and layers. */
  async deleteUnreadable(id: string): Promise<void> {
    for (const { name } of this.#unreadable.namesOf(id)) {
      await this.#nameRecords.delete(nameRecordId(name));
    }
    await this.#imageRecords.delete(hex(id));
    this.#unreadable.settle(id);
  }

  get(id: string): StoredImage | undefined {
    return this.#images.get(id);
  }

  list(): StoredImage[] {
    return [...this.#images.values()];
  }

  /** The records of all names. */
  nameRecords(): NameRecord[] {
    return [...this.#names.values()];
  }

  /** The images based on this image. For an empty ID, the images without a parent. */
  children(id: string): StoredImage[] {
    return this.list().filter(({ record }) => (record.parent ?? '') === id);
  }

  /**
   * The image of a reference, for the platform if one is given. Otherwise the VM's platform is
   * preferred. Throws EngineError 'not-found', also if only other platforms are stored.
   */
  resolve(reference: string, platform?: Platform): StoredImage {
    const { image, images } = this.family(reference);
    if (platform === undefined) return image;
    const chosen = images[choosePlatform(platform, images)];
    if (chosen === undefined) throw missingPlatform(images, reference, platform);
    return chosen;
  }

  /**
   * The image of a reference with the other platforms of its index. An ID means the index of the
   * image's names, so the digest of an index works as well. Throws EngineError 'not-found'.
   */
  family(reference: string): Family {
    const ids = new Map(this.#families.byDigest());
    for (const image of this.#images.values()) ids.set(image.id, () => this.familyOf(image));
    const find = resolveImage(reference, ids, (name) => {
      const record = this.#names.get(name);
      const family = record && this.#families.of(record);
      return family && (() => family);
    });
    const found = find();
    if (found === undefined) throw new EngineError('not-found', `No such image: ${reference}`);
    return found;
  }

  /** The family of the first name that prefers this image. */
  familyOf(image: StoredImage): Family {
    const families = this.#namesOf(image.id).flatMap((record) => this.#families.of(record) ?? []);
    const first = families.find(({ index }) => index !== undefined);
    return first ?? { image, images: [image] };
  }

  /** The image with exactly this name. */
  named(reference: Reference): StoredImage | undefined {
    return this.namedFamily(reference)?.image;
  }

  /** The image with exactly this name, with the other platforms of its index. */
  namedFamily(reference: Reference): Family | undefined {
    const record = this.#names.get(canonicalName(reference));
    return record && this.#families.of(record);
  }

  /**
   * All names of an image, sorted. Each has either a tag or a digest. A name of an index belongs to
   * the image that the VM prefers.
   */
  namesOf(id: string): Reference[] {
    return sorted(this.#namesOf(id));
  }

  /** The names of an image, including those of indexes in which the VM prefers another platform. */
  allNamesOf(id: string): Reference[] {
    return sorted(this.#allNamesOf(id));
  }

  #namesOf(id: string): NameRecord[] {
    return [...this.#names.values()].filter((record) => this.#families.of(record)?.image.id === id);
  }

  #allNamesOf(id: string): NameRecord[] {
    return [...this.#names.values()].filter((record) =>
      this.#families.of(record)?.images.some((image) => image.id === id),
    );
  }

  /** When the image got its newest name. Undefined without names. */
  lastNamed(id: string): string | undefined {
    const times = this.#allNamesOf(id);
    return times
      .map(({ since }) => since)
      .sort()
      .at(-1);
  }

  /** Whether an image uses this layer (a diff ID) or blob (a digest). */
  uses(digest: string): boolean {
    return (
      this.#families.uses(digest) ||
      this.list().some(
        ({ layers, record }) => layers.includes(digest) || record.blobs.includes(digest),
      )
    );
  }

  /** Adds an image or replaces its record. Its blobs must be in the content store. */
  async put(record: ImageRecord, document: ImageDocument): Promise<StoredImage> {
    await this.#imageRecords.put(hex(record.id), record);
    const image = storedImage(record, document);
    this.#images.set(record.id, image);
    this.#families.invalidate();
    // The image gets back the names that it had before it was lost.
    for (const name of this.#unreadable.namesOf(record.id)) this.#names.set(name.name, name);
    this.#unreadable.settle(record.id);
    return image;
  }

  /**
   * Whether every tag of the image came from a pull, so that the image can be pulled again. False
   * without tags.
   */
  isAsPulled(id: string): boolean {
    const tags = this.#allNamesOf(id).filter(({ name }) => parseReference(name).tag !== undefined);
    return tags.length > 0 && tags.every(({ pulled }) => pulled !== undefined);
  }

  /**
   * Gives an image a name, and takes the name from its previous image. `pulled` is the digest in
   * the registry from which the image was pulled. `index` is the digest of a stored index that has
   * the image.
   */
  async setName(
    reference: Reference,
    id: string,
    { pulled, index }: { readonly pulled?: string; readonly index?: string | undefined } = {},
  ): Promise<void> {
    const name = canonicalName(reference);
    const since = new Date().toISOString();
    const record: NameRecord = {
      ...{ name, image: id, since },
      ...(pulled === undefined ? {} : { pulled }),
      ...(index === undefined || index === pulled ? {} : { index }),
    };
    await this.#families.learn(record);
    // Older versions of Berth get the image that this one prefers.
    const image = this.#families.of(record)?.image.id ?? id;
    const named = { ...record, image };
    const before = this.#names.get(name);
    // Builds tag the same image again and again. Only the time changes, which isn't worth the wait.
    if (before === undefined || !isDeepStrictEqual({ ...before, since }, named)) {
      await this.#nameRecords.put(nameRecordId(name), named);
    }
    this.#names.set(name, named);
    this.#families.keepOnly(this.#names.values());
    this.#unreadable.dropName(name);
    this.#damage.settle(describeName(nameRecordId(name)));
  }

  /** Idempotent. */
  async removeName(reference: Reference): Promise<void> {
    const name = canonicalName(reference);
    await this.#nameRecords.delete(nameRecordId(name));
    this.#names.delete(name);
    this.#families.keepOnly(this.#names.values());
  }

  /**
   * Removes the record of an image without names of its own. Names of an index keep the other
   * platforms. The sweep removes the image's blobs and layers.
   */
  async delete(id: string): Promise<void> {
    for (const record of this.#allNamesOf(id)) {
      const others = this.#families.of(record)?.images.filter((image) => image.id !== id) ?? [];
      const [other] = others;
      if (other === undefined) throw new EngineError('internal', `image ${id} still has names`);
      if (record.image !== id) continue;
      // Otherwise the next start would look for the image of the name.
      const next = { ...record, image: other.id };
      await this.#nameRecords.put(nameRecordId(record.name), next);
      this.#names.set(record.name, next);
    }
    await this.#imageRecords.delete(hex(id));
    this.#images.delete(id);
    this.#families.invalidate();
  }

  /** Whether an index to which a name points lists the manifest. */
  listsManifest(digest: string): boolean {
    return this.#families.lists(digest);
  }

  async #add(record: ImageRecord): Promise<void> {
    const config = await this.#content.read(record.id);
    const document = parseDocument(record.id, config, imageDocumentSchema);
    this.#images.set(record.id, storedImage(record, document));
    this.#families.invalidate();
  }

  /** `isNameOnly` means that there is no record at all. */
  async #rebuild(id: string, cause: unknown, isNameOnly = false): Promise<void> {
    const record = await rebuildRecord(id, this.#content);
    if (!record) return this.#unreadable.note(id, cause, { isNameOnly });
    await this.#add(record);
    const what = describeImage(id);
    const message = `The record of ${what} was lost. Berth made a new one from the image itself; builds don't use it as their cache any more.`;
    this.#damage.tell(what, message, cause);
    // If the write fails, for example on a full disk, the next start creates the record again.
    await this.#imageRecords
      .replace(hex(id), record)
      .catch((error) => this.#damage.tell(what, message, error));
  }

  async #addName(recordId: string, record: NameRecord, isRestored: boolean): Promise<void> {
    const { image, name } = record;
    // An image loses its names before its record, so here only the record is lost.
    if (!this.#images.has(image) && !this.#unreadable.has(image)) {
      // A restored name may point at an earlier image, which may have been removed since.
      if (isRestored) {
        this.#damage.settle(describeName(recordId, record));
        return this.#dropUnreadableName(recordId, new Error(`${image} is missing`));
      }
      await this.#rebuild(image, new Error('the record is missing'), true);
    }
    await this.#families.learn(record);
    if (this.#images.has(image)) this.#names.set(name, record);
    else this.#unreadable.addName(record);
  }

  /** The image with this name still exists. The next image with the name replaces the file. */
  async #dropUnreadableName(id: string, cause: unknown): Promise<void> {
    const message = `The record of ${describeName(id)} can't be read. The image is there without that name; pull it or tag it again. The record is kept as ${this.#nameRecords.damagedPath(id)}.`;
    this.#damage.tell(describeName(id), message, cause);
    await this.#nameRecords
      .setAside(id)
      .catch((error) => this.#damage.tell(describeName(id), message, error));
  }
}

const sorted = (records: readonly NameRecord[]) =>
  records
    .map(({ name }) => name)
    .sort()
    .map(parseReference);

const describeHex = (id: string) => describeImage(`sha256:${id}`);
const describeName = (id: string, record?: NameRecord) =>
  `image name ${record ? familiarName(parseReference(record.name)) : id.slice(0, 12)}`;

function hex(id: string): string {
  return id.slice('sha256:'.length);
}

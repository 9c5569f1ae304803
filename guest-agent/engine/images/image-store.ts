import { EngineError } from '../../errors.ts';
import { type ImageDocument, imageDocumentSchema, parseDocument } from '../../registry/manifest.ts';
import { canonicalName, parseReference, type Reference } from '../../registry/reference.ts';
import type { ContentStore } from '../../store/content.ts';
import { RecordStore } from '../../store/metadata.ts';
import type { Image, ImageSource } from './image.ts';
import {
  type ImageRecord,
  imageRecordSchema,
  type NameRecord,
  nameRecordId,
  nameRecordSchema,
} from './records.ts';
import { resolveImage } from './resolve.ts';

/** An image with all that is known of it. */
export interface StoredImage extends Image {
  readonly document: ImageDocument;
  readonly record: ImageRecord;
}

/** Which images there are and what they are called: on disk, and whole in memory. */
export class ImageStore implements Pick<ImageSource, 'resolve'> {
  readonly #imageRecords: RecordStore<ImageRecord>;
  readonly #nameRecords: RecordStore<NameRecord>;
  readonly #images = new Map<string, StoredImage>();
  readonly #names = new Map<string, NameRecord>();

  private constructor(directory: string) {
    this.#imageRecords = new RecordStore(`${directory}/images`, imageRecordSchema);
    this.#nameRecords = new RecordStore(`${directory}/names`, nameRecordSchema);
  }

  /** Reads all records. An image whose configuration is lost is passed over, and reported. */
  static async load(
    directory: string,
    content: ContentStore,
    onDamaged: (path: string, cause: unknown) => void,
  ): Promise<ImageStore> {
    const store = new ImageStore(directory);
    for (const record of (await store.#imageRecords.load(onDamaged)).values()) {
      try {
        const config = await content.read(record.id);
        const document = parseDocument(record.id, config, imageDocumentSchema);
        store.#images.set(record.id, storedImage(record, document));
      } catch (cause) {
        onDamaged(record.id, cause);
      }
    }
    for (const record of (await store.#nameRecords.load(onDamaged)).values()) {
      if (store.#images.has(record.image)) store.#names.set(record.name, record);
    }
    return store;
  }

  get(id: string): StoredImage | undefined {
    return this.#images.get(id);
  }

  list(): StoredImage[] {
    return [...this.#images.values()];
  }

  /** The images that were made of this one; of nothing, for an empty ID. */
  children(id: string): StoredImage[] {
    return this.list().filter(({ record }) => (record.parent ?? '') === id);
  }

  resolve(reference: string): StoredImage {
    return resolveImage(reference, this.#images, this.#names);
  }

  /** The image that has exactly this name. */
  named(reference: Reference): StoredImage | undefined {
    const record = this.#names.get(canonicalName(reference));
    return record && this.#images.get(record.image);
  }

  /** All names of an image, sorted; each has either a tag or a digest. */
  namesOf(id: string): Reference[] {
    return [...this.#names.values()]
      .filter(({ image }) => image === id)
      .map(({ name }) => name)
      .sort()
      .map(parseReference);
  }

  /** When the image got its newest name; undefined for one without names. */
  lastNamed(id: string): string | undefined {
    const times = [...this.#names.values()].filter(({ image }) => image === id);
    return times
      .map(({ since }) => since)
      .sort()
      .at(-1);
  }

  /** Whether an image has this layer (a diff ID) or blob (a digest). */
  uses(digest: string): boolean {
    return this.list().some(
      ({ layers, record }) => layers.includes(digest) || record.blobs.includes(digest),
    );
  }

  /** Adds an image or replaces its record. Its blobs are in the content store already. */
  async put(record: ImageRecord, document: ImageDocument): Promise<StoredImage> {
    await this.#imageRecords.put(hex(record.id), record);
    const image = storedImage(record, document);
    this.#images.set(record.id, image);
    return image;
  }

  /**
   * Whether every tag of the image is as a pull gave it: so the image can be pulled again. False for
   * an image without tags.
   */
  isAsPulled(id: string): boolean {
    const tags = [...this.#names.values()].filter(
      ({ image, name }) => image === id && parseReference(name).tag !== undefined,
    );
    return tags.length > 0 && tags.every(({ pulled }) => pulled !== undefined);
  }

  /**
   * Gives a name to an image; takes it from the one that had it. `pulled`: the digest in the
   * registry that it was pulled from.
   */
  async setName(reference: Reference, id: string, pulled?: string): Promise<void> {
    const name = canonicalName(reference);
    const since = new Date().toISOString();
    const record = { name, image: id, since, ...(pulled === undefined ? {} : { pulled }) };
    await this.#nameRecords.put(nameRecordId(name), record);
    this.#names.set(name, record);
  }

  /** Idempotent. */
  async removeName(reference: Reference): Promise<void> {
    const name = canonicalName(reference);
    await this.#nameRecords.delete(nameRecordId(name));
    this.#names.delete(name);
  }

  /** Forgets an image that has no names any more. Its blobs and layers are for the sweep. */
  async delete(id: string): Promise<void> {
    if (this.namesOf(id).length > 0) {
      throw new EngineError('internal', `image ${id} still has names`);
    }
    await this.#imageRecords.delete(hex(id));
    this.#images.delete(id);
  }
}

function storedImage(record: ImageRecord, document: ImageDocument): StoredImage {
  return {
    id: record.id,
    config: document.config ?? {},
    layers: document.rootfs.diff_ids,
    architecture: document.architecture,
    os: document.os,
    ...(document.variant === undefined ? {} : { variant: document.variant }),
    ...(document.created === undefined ? {} : { created: document.created }),
    document,
    record,
  };
}

function hex(id: string): string {
  return id.slice('sha256:'.length);
}

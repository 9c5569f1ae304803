import { EngineError } from '../../../errors.ts';
import { choosePlatform, nativePlatform } from '../../../registry/platform.ts';
import { familiarName, parseReference } from '../../../registry/reference.ts';
import type { ContentStore } from '../../../store/content.ts';
import type { Damage } from '../../../store/damage.ts';
import type { NameRecord } from './records.ts';
import { manifestDigests, type StoredImage } from './stored-image.ts';
import { readIndex, type StoredIndex } from './stored-index.ts';

/** What a name points at: one image, or an index with an image for each stored platform. */
export interface Family {
  /** The image for the VM's platform if it is stored, otherwise another one. */
  readonly image: StoredImage;
  /** All images, in the index's order. */
  readonly images: readonly StoredImage[];
  readonly index?: StoredIndex;
}

/**
 * The indexes to which names point. An image belongs to an index that has its manifest, so nothing
 * but the index's digest is recorded with a name.
 */
export class Families {
  readonly #images: ReadonlyMap<string, StoredImage>;
  readonly #content: ContentStore;
  readonly #damage: Damage;
  readonly #indexes = new Map<string, StoredIndex>();
  /** Images by the digests of their manifests. Undefined after a change. */
  #manifests: Map<string, StoredImage> | undefined;
  /** Results of `of`, forgotten after a change. */
  #found = new Map<NameRecord, Family | undefined>();

  constructor(images: ReadonlyMap<string, StoredImage>, content: ContentStore, damage: Damage) {
    this.#images = images;
    this.#content = content;
    this.#damage = damage;
  }

  /** Reads the index of a name, if the name points at one. */
  async learn(record: NameRecord): Promise<void> {
    const digest = targetOf(record);
    // Until a name points at a platform's own manifest, its document isn't stored either.
    if (digest === undefined || this.#indexes.has(digest) || !this.#content.has(digest)) return;
    const name = familiarName(parseReference(record.name));
    const about = `image index ${name}`;
    try {
      const index = await readIndex(this.#content, digest);
      this.#damage.settle(about);
      if (index !== undefined) this.#indexes.set(digest, index);
      this.invalidate();
    } catch (error) {
      if (!(error instanceof EngineError)) throw error;
      this.#damage.tell(
        about,
        `Berth can't read the list of platforms of the image ${name}. Pull or build the image again. Until then, only one platform of it has this name.`,
        error,
      );
    }
  }

  /** Forgets indexes to which no name points. */
  keepOnly(records: Iterable<NameRecord>): void {
    const used = new Set([...records].map(targetOf));
    for (const digest of this.#indexes.keys()) if (!used.has(digest)) this.#indexes.delete(digest);
    this.#found.clear();
  }

  /** An image was added, replaced or removed. */
  invalidate(): void {
    this.#manifests = undefined;
    this.#found.clear();
  }

  /** The image with this manifest. */
  withManifest(digest: string): StoredImage | undefined {
    this.#manifests ??= new Map(
      [...this.#images.values()].flatMap((image) =>
        manifestDigests(image).map((each) => [each, image] as const),
      ),
    );
    return this.#manifests.get(digest);
  }

  /** The images of a name. Undefined if its image is missing. */
  of(record: NameRecord): Family | undefined {
    if (!this.#found.has(record)) this.#found.set(record, this.#find(record));
    return this.#found.get(record);
  }

  #find(record: NameRecord): Family | undefined {
    const index = this.#indexes.get(targetOf(record) ?? '');
    const named = this.#images.get(record.image);
    const family = index && this.ofIndex(index);
    // An older version of Berth may have given the name to another image.
    if (family !== undefined && (named === undefined || family.images.includes(named))) {
      return family;
    }
    return named && { image: named, images: [named] };
  }

  /** The stored images of an index. Undefined if none is stored. */
  ofIndex(index: StoredIndex): Family | undefined {
    const found = index.manifests.flatMap(({ digest }) => this.withManifest(digest) ?? []);
    const images = [...new Set(found)];
    const image = preferredImage(images);
    return image && { image, images, index };
  }

  /** The images of an index or a single manifest, by its digest. */
  *byDigest(): Generator<[string, () => Family | undefined]> {
    this.withManifest('');
    for (const [digest, image] of this.#manifests ?? []) {
      yield [digest, () => ({ image, images: [image] })];
    }
    for (const [digest, index] of this.#indexes) yield [digest, () => this.ofIndex(index)];
  }

  /** Whether an index needs the blob. */
  uses(digest: string): boolean {
    return [...this.#indexes.values()].some(({ blobs }) => blobs.includes(digest));
  }

  /** Whether an index lists the manifest. */
  lists(manifest: string): boolean {
    return [...this.#indexes.values()].some(({ manifests }) =>
      manifests.some(({ digest }) => digest === manifest),
    );
  }
}

/** The image for the VM's platform, or else the first. */
export function preferredImage(images: readonly StoredImage[]): StoredImage | undefined {
  return images[choosePlatform(nativePlatform(), images)] ?? images[0];
}

/** The digest of the index or manifest at which a name points, if the name's record has it. */
function targetOf({ name, index, pulled }: NameRecord): string | undefined {
  return index ?? pulled ?? parseReference(name).digest;
}

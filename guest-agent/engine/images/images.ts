import type { Readable } from 'node:stream';
import { EngineError } from '../../errors.ts';
import type { Credentials } from '../../registry/auth/credentials.ts';
import type { ImageDocument } from '../../registry/manifest.ts';
import type { ImageRepository, RawManifest } from '../../registry/origin.ts';
import type { Platform } from '../../registry/platform.ts';
import {
  familiarName,
  familiarRepository,
  parseReference,
  type Reference,
  withDefaultTag,
} from '../../registry/reference.ts';
import { StarterLayout } from '../../registry/starter-layout.ts';
import type { Collected } from '../../store/collect.ts';
import type { ContentStore } from '../../store/content.ts';
import type { Damage } from '../../store/damage.ts';
import { sha256 } from '../../store/digest.ts';
import type { Layer, LayerStore } from '../../store/layers/layers.ts';
import type { EventBus } from '../events.ts';
import { Lock } from '../lock.ts';
import { LayerDownloads } from './distribution/layer-downloads.ts';
import type { ProgressMessage } from './distribution/progress.ts';
import {
  describeImage,
  type FoundImage,
  type PullContext,
  type PullRequest,
  pullImages,
} from './distribution/pull.ts';
import {
  type ImageCache,
  type ImagePrunePreview,
  type Prunable,
  previewPrune,
  pruneImages,
  type Removed,
  removeImage,
  removePlatforms,
  sweepImages,
  unneeded,
} from './removal/remove.ts';
import { Claims } from './store/claims.ts';
import {
  type ImageDocuments,
  type NewImage,
  newImageDocuments,
  type SteppedImage,
  steppedImageDocuments,
} from './store/commit.ts';
import { publishImageEvent } from './store/event.ts';
import { type Family, preferredImage } from './store/families.ts';
import { createdAt } from './store/filters.ts';
import type { Image, ImageSource, ImageUser, ImageUsers } from './store/image.ts';
import { ImageStore } from './store/image-store.ts';
import { checkIndex, type IndexDocuments } from './store/index-documents.ts';
import type { ImageRecord } from './store/records.ts';
import type { StoredImage } from './store/stored-image.ts';

export interface ImagesOptions {
  /** Contains the records. On the data disk. */
  readonly directory: string;
  readonly content: ContentStore;
  readonly layers: LayerStore;
  readonly events: EventBus;
  readonly users: ImageUsers;
  /** OCI layout with the images that the app ships with. May be missing. */
  readonly starterLayout: string;
  /** The repository from which an image is pulled; see `connectMirrored`. */
  readonly connect: (
    reference: Reference,
    credentials: Credentials | undefined,
    mirrorCredentials: PullRequest['mirrorCredentials'],
  ) => ImageRepository;
  /** Reports records that can't be read. */
  readonly damage: Damage;
}

/** A layer that is kept until disposed of. */
export type HeldLayer = Layer & Disposable;

/** Holds an image without a name before a prune that waits can remove the image. */
export type KeepImage = (image: StoredImage) => void;

/** The image cache, with every operation that changes it. */
export class Images implements ImageSource {
  readonly store: ImageStore;
  readonly layers: LayerStore;
  readonly content: ContentStore;
  readonly #options: ImagesOptions;
  readonly #claims = new Claims();
  /** Runs changes of records and sweeps one after the other. */
  readonly #changes = new Lock();
  readonly #downloads: LayerDownloads;
  readonly #starters: StarterLayout;

  private constructor(options: ImagesOptions, store: ImageStore) {
    this.store = store;
    this.layers = options.layers;
    this.content = options.content;
    this.#options = options;
    this.#downloads = new LayerDownloads(options.layers);
    this.#starters = new StarterLayout(options.starterLayout);
  }

  static async load(options: ImagesOptions): Promise<Images> {
    const store = await ImageStore.load(options.directory, options.content, options.damage);
    return new Images(options, store);
  }

  resolve(reference: string, platform?: Platform): StoredImage {
    return this.store.resolve(reference, platform);
  }

  /** The containers of an image. */
  containersOf(id: string): readonly ImageUser[] {
    return this.#options.users.containersOf(id);
  }

  /**
   * See `pullImages`. Complete layers of a failed pull stay for the next try, unless there is no
   * space for them.
   */
  async *pull(request: PullRequest, signal: AbortSignal): AsyncGenerator<ProgressMessage> {
    const context = this.#pullContext(request);
    try {
      yield* pullImages(context, request, signal);
    } catch (error) {
      if (isDiskFull(error)) await this.sweep();
      throw error;
    }
  }

  /** The configuration of an image in its registry. Downloads no layers. */
  describe(request: PullRequest, signal: AbortSignal): Promise<ImageDocument> {
    return describeImage(this.#pullContext(request), request, signal);
  }

  #pullContext(request: PullRequest): PullContext {
    return {
      store: this.store,
      downloads: this.#downloads,
      starters: this.#starters,
      connect: (reference, credentials) =>
        this.#options.connect(reference, credentials, request.mirrorCredentials),
      claim: (digests) => this.#claims.claim(digests),
      commit: (image, reference) => this.#changes.run(() => this.#commit(image, reference)),
    };
  }

  /** Records the digest under which a registry now has an image. */
  pushed({ id }: StoredImage, { domain, path, tag }: Reference, digest: string): Promise<void> {
    return this.#changes.run(async () => {
      // The image may have been removed meanwhile.
      if (this.store.get(id) === undefined) return;
      await this.store.setName({ domain, path, digest }, id);
      const name = { domain, path, ...(tag === undefined ? {} : { tag }) };
      this.publish('push', familiarName(name), familiarRepository(name));
    });
  }

  /**
   * Protects an image with its layers and documents from prunes and sweeps until disposed of: for a
   * container that has no record yet, and for a build.
   */
  hold(
    { id, layers }: Pick<Image, 'layers'> & Partial<Pick<Image, 'id'>>,
    blobs: readonly string[] = [],
  ): Disposable {
    return this.#claims.claim([...(id === undefined ? [] : [id]), ...layers, ...blobs]);
  }

  /** Stores a layer and protects it from sweeps until disposed of. */
  async addLayer(tar: Readable): Promise<HeldLayer> {
    let claim: Disposable | undefined;
    try {
      const layer = await this.layers.add(tar, (diffId) => {
        claim = this.#claims.claim([diffId]);
      });
      return { ...layer, [Symbol.dispose]: () => claim?.[Symbol.dispose]() };
    } catch (error) {
      claim?.[Symbol.dispose]();
      throw error;
    }
  }

  /**
   * Creates an image, with a tag if `name` is given; see `NewImage`. The caller keeps the parent
   * and the new layer. The same request creates the same image. Durable once it resolves.
   */
  commit(request: NewImage, name?: Reference, keep?: KeepImage): Promise<StoredImage> {
    const documents = newImageDocuments(request, (diffId) => this.layers.get(diffId)?.size ?? 0);
    const made = {
      ...(request.parent === undefined ? {} : { parent: request.parent.id }),
      ...(request.buildStep === undefined ? {} : { buildStep: request.buildStep }),
    };
    return this.add(documents, name === undefined ? [] : [name], made, keep);
  }

  /** The same for an image that several steps create. */
  commitSteps(request: SteppedImage, keep?: KeepImage): Promise<StoredImage> {
    const sizeOf = (diffId: string) => this.layers.get(diffId)?.size ?? 0;
    return this.add(steppedImageDocuments(request, sizeOf), [], {}, keep);
  }

  /**
   * Records an image under tags. Its documents must be complete, and the caller keeps its layers.
   * An existing image only gets the tags. Durable once it resolves.
   */
  add(
    { rawConfig, document, rawManifest }: ImageDocuments,
    names: readonly Reference[],
    made: Pick<ImageRecord, 'parent' | 'buildStep'> = {},
    keep: KeepImage = () => {},
  ): Promise<StoredImage> {
    return this.#changes.run(async () => {
      const id = sha256(rawConfig);
      const image = this.store.get(id) ?? (await this.#put(rawConfig, document, rawManifest, made));
      keep(image);
      for (const name of names) await this.#setTag(name, id);
      return image;
    });
  }

  /**
   * Records the images of an index, and gives the index tags; see `IndexDocuments`. The caller
   * keeps the layers. Durable once it resolves.
   */
  addIndex(documents: IndexDocuments, names: readonly Reference[]): Promise<Family> {
    checkIndex(documents);
    const { index, images, blobs } = documents;
    return this.#changes.run(async () => {
      using _claim = this.#claims.claim([index.digest, ...blobs.map(({ digest }) => digest)]);
      for (const { digest, bytes } of [...blobs, index]) await this.content.write(digest, bytes);
      const extra = [index.digest, ...blobs.map(({ digest }) => digest)];
      const stored: StoredImage[] = [];
      for (const { rawConfig, document, rawManifest } of images) {
        stored.push(await this.#put(rawConfig, document, rawManifest, {}, extra));
      }
      const image = preferredImage(stored);
      if (image === undefined) throw new EngineError('invalid', 'the index has no image');
      for (const name of names) await this.#setTag(name, image.id, index.digest);
      const family = names[0] && this.store.namedFamily(names[0]);
      return family ?? { image, images: stored };
    });
  }

  /**
   * Images that earlier builds created from a parent by the same step, newest first. `parent` is
   * empty for images without a parent.
   */
  builtFrom(parent: string, step: string): StoredImage[] {
    return this.store
      .children(parent)
      .filter(({ record }) => record.buildStep === step)
      .sort((a, b) => createdAt(b) - createdAt(a));
  }

  /** Adds a name to an image. Throws EngineError 'not-found', 'invalid'. */
  async tag(reference: string, name: string): Promise<void> {
    const target = withDefaultTag(parseReference(name));
    if (target.digest !== undefined) {
      throw new EngineError('invalid', 'refusing to create a tag with a digest reference');
    }
    await this.#changes.run(async () => {
      const { image, index } = this.store.family(reference);
      await this.#setTag(target, image.id, index?.digest);
    });
  }

  /** See `removeImage`. */
  remove(reference: string, force: boolean): Promise<Removed[]> {
    return this.#changes.run(() => removeImage(this.#cache, reference, force));
  }

  /** See `removePlatforms`. */
  removePlatforms(reference: string, platforms: readonly Platform[]): Promise<Removed[]> {
    return this.#changes.run(() => removePlatforms(this.#cache, reference, platforms));
  }

  /** See `pruneImages`. */
  prune(which: Prunable): Promise<{ removed: Removed[]; bytes: number }> {
    return this.#changes.run(() => pruneImages(this.#cache, which));
  }

  /** See `previewPrune`. */
  previewPrune(which: Prunable): ImagePrunePreview {
    return previewPrune(this.#cache, which);
  }

  /** Removes layers and blobs that nothing uses: after removals of containers, and at the start. */
  sweep(): Promise<Collected> {
    return this.#changes.run(() => sweepImages(this.#cache));
  }

  /** The digests of layers and blobs that nothing uses, such as those of an interrupted pull. */
  unneeded(): string[] {
    return unneeded(this.#cache);
  }

  get #cache(): ImageCache {
    const { events, users } = this.#options;
    const { store, layers, content } = this;
    return { store, layers, content, events, users, claims: this.#claims };
  }

  /**
   * `others` are digests of documents that come with the image: its index and attestations. Older
   * versions of Berth keep only documents that an image's record lists.
   */
  async #put(
    rawConfig: Buffer,
    document: ImageDocument,
    { digest, mediaType, bytes }: RawManifest,
    made: Pick<ImageRecord, 'parent' | 'buildStep'>,
    others: readonly string[] = [],
  ): Promise<StoredImage> {
    const id = sha256(rawConfig);
    await Promise.all([
      this.layers.durable(document.rootfs.diff_ids),
      this.content.write(id, rawConfig),
      this.content.write(digest, bytes),
    ]);
    const manifest = { digest, mediaType, size: bytes.length };
    const known = this.store.get(id)?.record;
    const manifests = [...(known ? [known.manifest] : []), ...(known?.manifests ?? [])].filter(
      (each) => each.digest !== digest && this.store.listsManifest(each.digest),
    );
    const kept = manifests.map((each) => each.digest);
    return this.store.put(
      {
        ...{ id, manifest, blobs: [...new Set([id, digest, ...others, ...kept])] },
        ...(manifests.length > 0 ? { manifests } : {}),
        ...(known?.parent === undefined ? {} : { parent: known.parent }),
        ...(known?.buildStep === undefined ? {} : { buildStep: known.buildStep }),
        ...made,
      },
      document,
    );
  }

  async #setTag(name: Reference, id: string, index?: string): Promise<void> {
    await this.store.setName(name, id, { index });
    this.publish('tag', id, familiarName(name));
  }

  async #commit({ top, rawManifest, rawConfig, document }: FoundImage, reference: Reference) {
    await this.content.write(top.digest, top.bytes);
    const image = await this.#put(rawConfig, document, rawManifest, {}, [top.digest]);
    const { domain, path, tag } = reference;
    const pulled = top.digest;
    if (tag !== undefined) await this.store.setName({ domain, path, tag }, image.id, { pulled });
    await this.store.setName({ domain, path, digest: top.digest }, image.id);
    this.publish('pull', familiarName(reference), familiarRepository(reference));
    return image;
  }

  /** Publishes an event of an image. */
  publish(action: string, id: string, name: string): void {
    publishImageEvent(this.#options.events, action, id, name);
  }
}

function isDiskFull(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return (error as NodeJS.ErrnoException).code === 'ENOSPC' || isDiskFull(error.cause);
}

import type { Readable } from 'node:stream';
import { EngineError } from '../../errors.ts';
import { RegistryClient } from '../../registry/client.ts';
import type { ImageDocument } from '../../registry/manifest.ts';
import type { RawManifest } from '../../registry/origin.ts';
import {
  familiarName,
  familiarRepository,
  parseReference,
  type Reference,
  withDefaultTag,
} from '../../registry/reference.ts';
import { StarterLayout } from '../../registry/starter-layout.ts';
import { type Collected, collect } from '../../store/collect.ts';
import type { ContentStore } from '../../store/content.ts';
import { sha256 } from '../../store/digest.ts';
import type { Layer, LayerStore } from '../../store/layers/layers.ts';
import type { EventBus } from '../events.ts';
import { Lock } from '../lock.ts';
import { Claims } from './claims.ts';
import { type ImageDocuments, type NewImage, newImageDocuments } from './commit.ts';
import { createdAt } from './filters.ts';
import type { Image, ImageSource, ImageUser, ImageUsers } from './image.ts';
import { ImageStore, type StoredImage } from './image-store.ts';
import { LayerDownloads } from './layer-downloads.ts';
import type { ProgressMessage } from './progress.ts';
import { type FoundImage, type PullContext, type PullRequest, pullImages } from './pull.ts';
import type { ImageRecord } from './records.ts';
import { planRemoval, withoutNeeded, withParents } from './remove.ts';

export interface ImagesOptions {
  /** Holds the records; on the data disk. */
  readonly directory: string;
  readonly content: ContentStore;
  readonly layers: LayerStore;
  readonly events: EventBus;
  readonly users: ImageUsers;
  /** OCI layout with the images that the app carries; need not exist. */
  readonly starterLayout: string;
  /** `host[:port]` of registries that may be spoken to over plain HTTP. */
  readonly insecureRegistries: readonly string[];
  /** Told of records that can't be read. */
  readonly onDamaged: (path: string, cause: unknown) => void;
}

/** A layer that stays until disposed of. */
export type HeldLayer = Layer & Disposable;

/** One thing that a removal did, in the Engine API's form. */
export type Removed = { readonly Untagged: string } | { readonly Deleted: string };

/** The image cache: every verb that changes it. */
export class Images implements ImageSource {
  readonly store: ImageStore;
  readonly layers: LayerStore;
  readonly content: ContentStore;
  readonly #options: ImagesOptions;
  readonly #claims = new Claims();
  /** Changes of records, and sweeps, one after the other. */
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
    const store = await ImageStore.load(options.directory, options.content, options.onDamaged);
    return new Images(options, store);
  }

  resolve(reference: string): StoredImage {
    return this.store.resolve(reference);
  }

  /** The containers made from an image. */
  containersOf(id: string): readonly ImageUser[] {
    return this.#options.users.containersOf(id);
  }

  /**
   * See `pullImages`. Whole layers of a pull that failed stay for the next try, except when there
   * is no room for them.
   */
  async *pull(request: PullRequest, signal: AbortSignal): AsyncGenerator<ProgressMessage> {
    const context: PullContext = {
      store: this.store,
      downloads: this.#downloads,
      starters: this.#starters,
      connect: (reference, credentials) =>
        new RegistryClient(reference, credentials, this.#options.insecureRegistries),
      claim: (digests) => this.#claims.claim(digests),
      commit: (image, reference) => this.#changes.run(() => this.#commit(image, reference)),
    };
    try {
      yield* pullImages(context, request, signal);
    } catch (error) {
      if (isDiskFull(error)) await this.sweep();
      throw error;
    }
  }

  /** Notes under which digest a registry has an image now. */
  pushed({ id }: StoredImage, { domain, path, tag }: Reference, digest: string): Promise<void> {
    return this.#changes.run(async () => {
      // Meanwhile it may have been removed.
      if (this.store.get(id) === undefined) return;
      await this.store.setName({ domain, path, digest }, id);
      const name = { domain, path, ...(tag === undefined ? {} : { tag }) };
      this.publish('push', familiarName(name), familiarRepository(name));
    });
  }

  /**
   * Keeps an image and its layers, and what documents of it are named, from every pruning and sweep
   * until disposed of: for a container that is being made and has no record yet, and for a build.
   */
  hold(
    { id, layers }: Pick<Image, 'layers'> & Partial<Pick<Image, 'id'>>,
    blobs: readonly string[] = [],
  ): Disposable {
    return this.#claims.claim([...(id === undefined ? [] : [id]), ...layers, ...blobs]);
  }

  /** Stores a layer, and keeps it from every sweep until disposed of. */
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
   * Makes an image, under a tag when `name` is given; see `NewImage`. The caller holds the parent
   * and the new layer. The same request makes the same image. Durable once it resolves.
   */
  commit(request: NewImage, name?: Reference): Promise<StoredImage> {
    const documents = newImageDocuments(request, (diffId) => this.layers.get(diffId)?.size ?? 0);
    return this.add(documents, name === undefined ? [] : [name], {
      ...(request.parent === undefined ? {} : { parent: request.parent.id }),
      ...(request.isBuildStep ? { buildStep: request.createdBy } : {}),
    });
  }

  /**
   * Records an image whose documents are complete and whose layers the caller holds, under tags.
   * An image that is there already only gets the tags. Durable once it resolves.
   */
  add(
    { rawConfig, document, rawManifest }: ImageDocuments,
    names: readonly Reference[],
    made: Pick<ImageRecord, 'parent' | 'buildStep'> = {},
  ): Promise<StoredImage> {
    return this.#changes.run(async () => {
      const id = sha256(rawConfig);
      const image = this.store.get(id) ?? (await this.#put(rawConfig, document, rawManifest, made));
      for (const name of names) await this.#setTag(name, id);
      return image;
    });
  }

  /**
   * What earlier builds made of an image by the same step, newest first; `parent` is empty for
   * what began from nothing.
   */
  builtFrom(parent: string, step: string): StoredImage[] {
    return this.store
      .children(parent)
      .filter(({ record }) => record.buildStep === step)
      .sort((a, b) => createdAt(b) - createdAt(a));
  }

  /** Gives an image one more name. Throws EngineError 'not-found', 'invalid'. */
  async tag(reference: string, name: string): Promise<void> {
    const target = withDefaultTag(parseReference(name));
    if (target.digest !== undefined) {
      throw new EngineError('invalid', 'refusing to create a tag with a digest reference');
    }
    await this.#changes.run(async () => {
      const { id } = this.resolve(reference);
      await this.#setTag(target, id);
    });
  }

  /** See `planRemoval`. Layers and blobs that nothing uses any more go too. */
  remove(reference: string, force: boolean): Promise<Removed[]> {
    return this.#changes.run(async () => {
      const plan = planRemoval(this.store, this.#options.users, reference, force);
      const removed: Removed[] = [];
      for (const name of plan.untag) {
        await this.store.removeName(name);
        removed.push({ Untagged: familiarName(name) });
        this.publish('untag', plan.image.id, plan.image.id);
      }
      if (plan.remove) {
        const doomed = withParents(
          this.store,
          plan.image,
          (image) => this.store.namesOf(image.id).length === 0 && !this.#isInUse(image),
        );
        const { layers } = await this.#delete(doomed);
        removed.push(...doomed.map(({ id }) => ({ Deleted: id })));
        removed.push(...layers.map((Deleted) => ({ Deleted })));
      }
      return removed;
    });
  }

  /**
   * Removes images that nothing uses: those without a tag, or with `all` every one; of them only
   * those that `matches` picks, and that no image that stays was made of. Sweeps in any case, so that layers of interrupted pulls go.
   */
  prune(
    all: boolean,
    matches: (image: StoredImage) => boolean,
  ): Promise<{ removed: Removed[]; bytes: number }> {
    return this.#changes.run(async () => {
      const doomed = withoutNeeded(this.store, (image) => {
        const tagged = this.store.namesOf(image.id).some(({ tag }) => tag !== undefined);
        return (all || !tagged) && !this.#isInUse(image) && matches(image);
      });
      const removed: Removed[] = [];
      for (const { id } of doomed) {
        for (const name of this.store.namesOf(id)) {
          await this.store.removeName(name);
          removed.push({ Untagged: familiarName(name) });
          this.publish('untag', id, familiarName(name));
        }
      }
      const { layers, bytes } = await this.#delete(doomed);
      removed.push(...doomed.map(({ id }) => ({ Deleted: id })));
      removed.push(...layers.map((Deleted) => ({ Deleted })));
      this.#options.events.publish({
        ...{ type: 'image', action: 'prune', id: '' },
        attributes: { reclaimed: String(bytes) },
      });
      return { removed, bytes };
    });
  }

  /** Removes layers and blobs that nothing uses: after containers went, and at start-up. */
  sweep(): Promise<Collected> {
    return this.#changes.run(() => this.#sweep());
  }

  #isInUse({ id }: StoredImage): boolean {
    return this.#claims.has(id) || this.#options.users.containersOf(id).length > 0;
  }

  async #put(
    rawConfig: Buffer,
    document: ImageDocument,
    { digest, mediaType, bytes }: RawManifest,
    made: Pick<ImageRecord, 'parent' | 'buildStep'> = {},
  ): Promise<StoredImage> {
    const id = sha256(rawConfig);
    await this.content.write(id, rawConfig);
    await this.content.write(digest, bytes);
    const manifest = { digest, mediaType, size: bytes.length };
    return this.store.put({ id, manifest, blobs: [id, digest], ...made }, document);
  }

  async #setTag(name: Reference, id: string): Promise<void> {
    await this.store.setName(name, id);
    this.publish('tag', id, familiarName(name));
  }

  async #delete(images: readonly StoredImage[]): Promise<Collected> {
    for (const { id } of images) {
      await this.store.delete(id);
      this.publish('delete', id, id);
    }
    return this.#sweep();
  }

  #sweep(): Promise<Collected> {
    const { users } = this.#options;
    return collect(
      this.layers,
      this.content,
      (digest) => this.#claims.has(digest) || this.store.uses(digest) || users.usesLayer(digest),
    );
  }

  async #commit(found: FoundImage, reference: Reference): Promise<StoredImage> {
    const { top, rawManifest, manifest, rawConfig, document } = found;
    const id = manifest.config.digest;
    await this.content.write(top.digest, top.bytes);
    await this.content.write(rawManifest.digest, rawManifest.bytes);
    await this.content.write(id, rawConfig);
    const { digest, mediaType, bytes } = rawManifest;
    const image = await this.store.put(
      {
        id,
        manifest: { digest, mediaType, size: bytes.length },
        blobs: [...new Set([id, digest, top.digest])],
      },
      document,
    );
    const { domain, path, tag } = reference;
    if (tag !== undefined) await this.store.setName({ domain, path, tag }, id);
    await this.store.setName({ domain, path, digest: top.digest }, id);
    this.publish('pull', familiarName(reference), familiarRepository(reference));
    return image;
  }

  /** Tells the world what happened to an image. */
  publish(action: string, id: string, name: string): void {
    this.#options.events.publish({ type: 'image', action, id, attributes: { name } });
  }
}

function isDiskFull(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return (error as NodeJS.ErrnoException).code === 'ENOSPC' || isDiskFull(error.cause);
}

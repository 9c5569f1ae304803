import { EngineError } from '../../errors.ts';
import { RegistryClient } from '../../registry/client.ts';
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
import type { LayerStore } from '../../store/layers/layers.ts';
import type { EventBus } from '../events.ts';
import { Lock } from '../lock.ts';
import { Claims } from './claims.ts';
import type { Image, ImageSource, ImageUser, ImageUsers } from './image.ts';
import { ImageStore, type StoredImage } from './image-store.ts';
import { LayerDownloads } from './layer-downloads.ts';
import type { ProgressMessage } from './progress.ts';
import { type FoundImage, type PullContext, type PullRequest, pullImage } from './pull.ts';
import { planRemoval } from './remove.ts';

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
   * See `pullImage`. Whole layers of a pull that failed stay for the next try, except when there
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
      yield* pullImage(context, request, signal);
    } catch (error) {
      if (isDiskFull(error)) await this.sweep();
      throw error;
    }
  }

  /**
   * Keeps an image's layers from every sweep until disposed of: for a container that is being made
   * and has no record yet.
   */
  hold(image: Image): Disposable {
    return this.#claims.claim(image.layers);
  }

  /** Gives an image one more name. Throws EngineError 'not-found', 'invalid'. */
  async tag(reference: string, name: string): Promise<void> {
    const target = withDefaultTag(parseReference(name));
    if (target.digest !== undefined) {
      throw new EngineError('invalid', 'refusing to create a tag with a digest reference');
    }
    await this.#changes.run(async () => {
      const { id } = this.resolve(reference);
      await this.store.setName(target, id);
      this.#publish('tag', id, familiarName(target));
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
        this.#publish('untag', plan.image.id, plan.image.id);
      }
      if (plan.remove) {
        const { layers } = await this.#delete([plan.image]);
        removed.push({ Deleted: plan.image.id }, ...layers.map((Deleted) => ({ Deleted })));
      }
      return removed;
    });
  }

  /**
   * Removes images that no container uses: those without a tag, or with `all` every one; of them
   * only those that `matches` picks. Sweeps in any case, so that layers of interrupted pulls go.
   */
  prune(
    all: boolean,
    matches: (image: StoredImage) => boolean,
  ): Promise<{ removed: Removed[]; bytes: number }> {
    return this.#changes.run(async () => {
      const doomed = this.store.list().filter((image) => {
        const tagged = this.store.namesOf(image.id).some(({ tag }) => tag !== undefined);
        const used = this.#options.users.containersOf(image.id).length > 0;
        return (all || !tagged) && !used && matches(image);
      });
      const removed: Removed[] = [];
      for (const { id } of doomed) {
        for (const name of this.store.namesOf(id)) {
          await this.store.removeName(name);
          removed.push({ Untagged: familiarName(name) });
          this.#publish('untag', id, familiarName(name));
        }
      }
      const { layers, bytes } = await this.#delete(doomed);
      removed.push(...doomed.map(({ id }) => ({ Deleted: id })));
      removed.push(...layers.map((Deleted) => ({ Deleted })));
      return { removed, bytes };
    });
  }

  /** Removes layers and blobs that nothing uses: after containers went, and at start-up. */
  sweep(): Promise<Collected> {
    return this.#changes.run(() => this.#sweep());
  }

  async #delete(images: readonly StoredImage[]): Promise<Collected> {
    for (const { id } of images) {
      await this.store.delete(id);
      this.#publish('delete', id, id);
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
    this.#publish('pull', familiarName(reference), familiarRepository(reference));
    return image;
  }

  #publish(action: string, id: string, name: string): void {
    this.#options.events.publish({ type: 'image', action, id, attributes: { name } });
  }
}

function isDiskFull(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return (error as NodeJS.ErrnoException).code === 'ENOSPC' || isDiskFull(error.cause);
}

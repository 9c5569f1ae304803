import type { Credentials } from '../../registry/auth/credentials.ts';
import { checkLogin } from '../../registry/auth/login.ts';
import { RegistryClient } from '../../registry/client.ts';
import type { ImageOrigin } from '../../registry/origin.ts';
import type { Platform } from '../../registry/platform.ts';
import { PushClient } from '../../registry/push-client.ts';
import type { Reference } from '../../registry/reference.ts';
import { type SearchResult, searchRegistry } from '../../registry/search.ts';
import { CompressedLayers } from './distribution/compressed-layers.ts';
import { type Distribution, inspectDistribution } from './distribution/inspect-distribution.ts';
import type { ProgressMessage } from './distribution/progress.ts';
import { type PushAux, pushImages } from './distribution/push.ts';
import type { Images } from './images.ts';
import type { StoredImage } from './store/stored-image.ts';
import type { StoredIndex } from './store/stored-index.ts';

export interface PushRequest {
  /** Without a tag, all tags of the repository. */
  readonly reference: Reference;
  readonly platform: Platform | undefined;
  readonly credentials: Credentials | undefined;
}

export interface PushTarget {
  readonly sources?: readonly string[];
  readonly credentials?: Credentials | undefined;
  /** Whether the registry's identity isn't verified. */
  readonly isInsecure?: boolean;
}

/** Requests to registries other than pulls. */
export class Registries {
  readonly #images: Images;
  readonly #insecure: readonly string[];
  readonly #compressed: CompressedLayers;

  /** `insecure` lists registries (`host[:port]`) that Berth can reach over plain HTTP. */
  constructor(images: Images, insecure: readonly string[]) {
    this.#images = images;
    this.#insecure = insecure;
    this.#compressed = new CompressedLayers(images.layers);
  }

  /** See `pushImages`. */
  push(
    { reference, platform, credentials }: PushRequest,
    signal: AbortSignal,
  ): AsyncGenerator<ProgressMessage | PushAux> {
    const images = this.#images;
    const context = {
      ...{ store: images.store, content: images.content, compressed: this.#compressed },
      connect: (target: Reference, sources: readonly string[]) =>
        new PushClient(target, sources, credentials, this.#insecure),
      hold: (image: StoredImage, index: StoredIndex | undefined) =>
        images.hold(image, [...image.record.blobs, ...(index?.blobs ?? [])]),
      pushed: (...parts: Parameters<Images['pushed']>) => images.pushed(...parts),
    };
    return pushImages(context, reference, platform, signal);
  }

  /**
   * A repository for pushes of what no image of the store stands for, such as the result of a build.
   * `sources` are paths of repositories in the same registry from which blobs can be mounted.
   */
  repository(
    reference: Reference,
    { sources = [], credentials, isInsecure = false }: PushTarget = {},
  ): PushClient {
    const insecure = this.#insecureWith(reference, isInsecure);
    return new PushClient(reference, sources, credentials, insecure);
  }

  #insecureWith({ domain }: Reference, isInsecure: boolean): readonly string[] {
    return isInsecure ? [...this.#insecure, domain] : this.#insecure;
  }

  /** A repository from which documents and blobs come that aren't an image for the store. */
  source(
    reference: Reference,
    { credentials, isInsecure = false }: Omit<PushTarget, 'sources'> = {},
  ): ImageOrigin {
    return new RegistryClient(reference, credentials, this.#insecureWith(reference, isInsecure));
  }

  /** The layers of the store in the formats of registries and archives. */
  get compressed(): CompressedLayers {
    return this.#compressed;
  }

  /** The image that a registry has under a name; see `inspectDistribution`. */
  inspect(
    reference: Reference,
    credentials: Credentials | undefined,
    signal: AbortSignal,
  ): Promise<Distribution> {
    const client = new RegistryClient(reference, credentials, this.#insecure);
    return inspectDistribution(client, reference.digest ?? reference.tag ?? 'latest', signal);
  }

  /** See `checkLogin` in `registry/`. */
  checkLogin(
    host: string,
    credentials: Credentials | undefined,
    signal: AbortSignal,
  ): Promise<void> {
    return checkLogin(host, credentials, this.#insecure, signal);
  }

  /** See `searchRegistry`. */
  search(
    term: string,
    limit: number,
    credentials: Credentials | undefined,
    signal: AbortSignal,
  ): Promise<SearchResult[]> {
    return searchRegistry(term, limit, credentials, this.#insecure, signal);
  }
}

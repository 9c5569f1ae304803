import * as z from 'zod';
import { EngineError } from '../errors.ts';
import { sha256 } from '../store/digest.ts';
import type { Credentials } from './auth/credentials.ts';
import { downloadBlob } from './blob.ts';
import { RegistryConnection } from './connection.ts';
import { errorMessage } from './error-message.ts';
import { type HttpResponse, readBody } from './http/http.ts';
import { type Descriptor, mediaTypes, parseDocument } from './manifest.ts';
import { nextPage } from './next-page.ts';
import type { ImageRepository, RawManifest } from './origin.ts';
import { familiarName, familiarRepository, type Reference } from './reference.ts';

/** The limit that the distribution specification suggests. */
const MAX_MANIFEST_BYTES = 4 << 20;

/** Stops at a registry whose tag list never ends. */
const MAX_TAG_PAGES = 1000;
const MAX_TAGS = 1_000_000;

/** `GET /v2/<name>/tags/list` */
const tagsSchema = z.object({ tags: z.array(z.string()).nullish() });

/** One repository of a registry, over the OCI distribution protocol. */
export class RegistryClient implements ImageRepository {
  readonly #repository: Pick<Reference, 'domain' | 'path'>;
  readonly #credentials: Credentials | undefined;
  readonly #connection: RegistryConnection;

  /** `insecure` lists registries (`host[:port]`) whose identity isn't verified. */
  constructor(
    repository: Pick<Reference, 'domain' | 'path'>,
    credentials: Credentials | undefined,
    insecure: readonly string[],
  ) {
    this.#repository = repository;
    this.#credentials = credentials;
    this.#connection = new RegistryConnection(
      repository.domain,
      [`repository:${repository.path}:pull`],
      credentials,
      insecure,
    );
  }

  async manifest(tagOrDigest: string, signal: AbortSignal): Promise<RawManifest> {
    const byDigest = tagOrDigest.startsWith('sha256:');
    const accept = Object.values(mediaTypes).join(', ');
    const response = await this.#get(`manifests/${tagOrDigest}`, { accept }, signal);
    if (response.status !== 200) {
      const suffix = byDigest ? { digest: tagOrDigest } : { tag: tagOrDigest };
      throw await this.#refusal(
        response,
        `manifest for ${familiarName({ ...this.#repository, ...suffix })} not found`,
      );
    }
    const bytes = await readBody(response, MAX_MANIFEST_BYTES);
    const digest = sha256(bytes);
    const announced = byDigest ? tagOrDigest : response.headers['docker-content-digest'];
    if (announced !== undefined && announced !== digest) {
      throw new EngineError(
        'invalid',
        `manifest verification failed: got digest ${digest}, expected ${announced}`,
      );
    }
    const mediaType = (response.headers['content-type'] ?? '').replace(/;.*/, '').trim();
    return { bytes, mediaType, digest };
  }

  async tags(signal: AbortSignal): Promise<string[]> {
    const tags: string[] = [];
    let next: string | undefined = 'tags/list';
    for (let page = 0; next !== undefined && page < MAX_TAG_PAGES; page++) {
      const response = await this.#get(next, {}, signal);
      if (response.status !== 200) {
        const name = familiarRepository(this.#repository);
        throw await this.#refusal(response, `repository ${name} not found`);
      }
      const bytes = await readBody(response, MAX_MANIFEST_BYTES);
      // A page can have a million tags, too many for the arguments of one call.
      for (const tag of parseDocument('tag list', bytes, tagsSchema).tags ?? []) tags.push(tag);
      if (tags.length > MAX_TAGS) {
        throw new EngineError('invalid', 'the registry lists more than a million tags');
      }
      const link = [response.headers.link ?? ''].flat().join();
      const query = nextPage(link);
      next = query === undefined ? undefined : `tags/list${query}`;
    }
    return tags;
  }

  blob(descriptor: Descriptor, signal: AbortSignal): AsyncIterable<Uint8Array> {
    return downloadBlob(descriptor, (offset) => this.openBlob(descriptor, offset, signal), signal);
  }

  /** Opens a blob on one connection; see `OpenBlob`. Rejects with EngineError 'not-found'. */
  async openBlob(
    { digest }: Descriptor,
    offset: number,
    signal: AbortSignal,
  ): Promise<HttpResponse> {
    const range: Record<string, string> = offset === 0 ? {} : { range: `bytes=${offset}-` };
    const response = await this.#get(`blobs/${digest}`, range, signal);
    if (response.status === 200 || response.status === 206) return response;
    throw await this.#refusal(response, `blob ${digest} not found`);
  }

  #get(path: string, headers: Record<string, string>, signal: AbortSignal): Promise<HttpResponse> {
    return this.#connection
      .request(`/v2/${this.#repository.path}/${path}`, { headers, signal })
      .catch((error: unknown) => {
        throw error instanceof EngineError ? this.#accessDenied(error) : error;
      });
  }

  /** The error for an unsuccessful answer, with the registry's text. */
  async #refusal(response: HttpResponse, notFound: string): Promise<EngineError> {
    const { status } = response;
    const words = await errorMessage(response);
    if (status === 404) return new EngineError('not-found', `${notFound}: ${words}`);
    if (status === 401 || status === 403) {
      return this.#accessDenied(new EngineError('unauthorized', words));
    }
    const code = status >= 500 || status === 429 ? 'unavailable' : 'invalid';
    return new EngineError(code, `${response.url.host} refused: ${words}`);
  }

  /**
   * As in Docker, the error covers both cases: registries don't say whether a repository is private
   * or missing.
   */
  #accessDenied(cause: EngineError): EngineError {
    if (cause.code !== 'unauthorized') return cause;
    if (this.#credentials !== undefined && !cause.message.includes('denied')) return cause;
    return new EngineError(
      'not-found',
      `pull access denied for ${familiarRepository(this.#repository)}, repository does not exist or may require 'docker login': ${cause.message}`,
      { cause },
    );
  }
}

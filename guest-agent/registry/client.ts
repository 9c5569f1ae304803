import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { EngineError } from '../errors.ts';
import { sha256 } from '../store/digest.ts';
import { downloadBlob } from './blob.ts';
import type { Credentials } from './credentials.ts';
import { type HttpResponse, readBody, send, UnreachableError } from './http.ts';
import { type Descriptor, mediaTypes } from './manifest.ts';
import type { ImageOrigin, RawManifest } from './origin.ts';
import { familiarName, familiarRepository, type Reference } from './reference.ts';
import { Authorizer } from './token.ts';

/** The limit that the distribution specification suggests. */
const MAX_MANIFEST_BYTES = 4 << 20;
const MAX_ERROR_BYTES = 64 << 10;
const TRIES = 3;

/** distribution-spec, "Error codes". */
const errorsSchema = z.object({
  errors: z.array(z.object({ code: z.string(), message: z.string().optional() })).min(1),
});

/** One repository of a registry that speaks the OCI distribution protocol. */
export class RegistryClient implements ImageOrigin {
  readonly #repository: Pick<Reference, 'domain' | 'path'>;
  readonly #credentials: Credentials | undefined;
  readonly #authorizer: Authorizer;
  readonly #insecure: boolean;
  #base: Promise<URL> | undefined;

  /** `insecure`: `host[:port]` of registries that needn't prove who they are. */
  constructor(
    repository: Pick<Reference, 'domain' | 'path'>,
    credentials: Credentials | undefined,
    insecure: readonly string[],
  ) {
    this.#repository = repository;
    this.#credentials = credentials;
    this.#insecure = insecure.includes(repository.domain) || isLoopback(repository.domain);
    this.#authorizer = new Authorizer(
      `repository:${repository.path}:pull`,
      credentials,
      this.#insecure,
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

  blob(descriptor: Descriptor, signal: AbortSignal): AsyncIterable<Uint8Array> {
    const open = async (offset: number) => {
      const range: Record<string, string> = offset === 0 ? {} : { range: `bytes=${offset}-` };
      const response = await this.#get(`blobs/${descriptor.digest}`, range, signal);
      if (response.status === 200 || response.status === 206) return response;
      throw await this.#refusal(response, `blob ${descriptor.digest} not found`);
    };
    return downloadBlob(descriptor, open, signal);
  }

  /** One GET below the repository; retried with a token when asked, and on passing failures. */
  async #get(
    path: string,
    headers: Record<string, string>,
    signal: AbortSignal,
  ): Promise<HttpResponse> {
    const base = await this.#endpoint(signal);
    const url = new URL(`/v2/${this.#repository.path}/${path}`, base);
    for (let tries = 1; ; tries++) {
      try {
        const response = await this.#getAuthorized(url, headers, signal);
        if (response.status < 500 || tries === TRIES) return response;
        response.body.destroy();
      } catch (error) {
        const passing =
          error instanceof EngineError &&
          error.code === 'unavailable' &&
          !(error instanceof UnreachableError);
        if (!passing || tries === TRIES) throw error;
      }
      await delay(250 * tries, undefined, { signal });
    }
  }

  async #getAuthorized(
    url: URL,
    headers: Record<string, string>,
    signal: AbortSignal,
  ): Promise<HttpResponse> {
    for (let first = true; ; first = false) {
      const authorization = this.#authorizer.header;
      const response = await send(url, {
        headers: authorization === undefined ? headers : { ...headers, authorization },
        insecure: this.#insecure,
        signal,
      });
      if (response.status !== 401 || !first) return response;
      response.body.destroy();
      const challenge = response.headers['www-authenticate'];
      await this.#authorizer
        .answer(url, challenge, authorization, signal)
        .catch((error: unknown) => {
          throw error instanceof EngineError ? this.#accessDenied(error) : error;
        });
    }
  }

  /** An insecure registry is spoken to over HTTPS when it can do that, else over plain HTTP. */
  #endpoint(signal: AbortSignal): Promise<URL> {
    const { domain } = this.#repository;
    const host = domain === 'docker.io' ? 'registry-1.docker.io' : domain;
    const secure = new URL(`https://${host}`);
    if (!this.#insecure) return Promise.resolve(secure);
    this.#base ??= send(new URL('/v2/', secure), { insecure: true, signal }).then(
      (response) => {
        response.body.destroy();
        return secure;
      },
      (error: unknown) => {
        this.#base = undefined;
        // Where nothing answers at all, a second wait would bring nothing.
        if (error instanceof UnreachableError && !isRefused(error)) throw error;
        if (!(error instanceof EngineError)) throw error;
        return new URL(`http://${host}`);
      },
    );
    return this.#base;
  }

  /** The error for an answer that isn't the content. Reads the answer's own words. */
  async #refusal(response: HttpResponse, notFound: string): Promise<EngineError> {
    const { status } = response;
    const body = await readBody(response, MAX_ERROR_BYTES).catch(() => Buffer.alloc(0));
    const words = errorWords(body) ?? `HTTP ${status}`;
    if (status === 404) return new EngineError('not-found', `${notFound}: ${words}`);
    if (status === 401 || status === 403) {
      return this.#accessDenied(new EngineError('unauthorized', words));
    }
    const code = status >= 500 || status === 429 ? 'unavailable' : 'invalid';
    return new EngineError(code, `${response.url.host} refused: ${words}`);
  }

  /** Registries don't tell a private repository from a missing one; nor does Docker. */
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

/** `manifest unknown: ...`, as Docker writes a registry's errors. */
function errorWords(body: Buffer): string | undefined {
  try {
    const { errors } = errorsSchema.parse(JSON.parse(body.toString('utf8')));
    return errors
      .map(({ code, message }) => {
        const name = code.toLowerCase().replaceAll('_', ' ');
        return message === undefined ? name : `${name}: ${message}`;
      })
      .join(', ');
  } catch {
    return undefined;
  }
}

function isRefused(error: UnreachableError): boolean {
  return (error.cause as NodeJS.ErrnoException | undefined)?.code === 'ECONNREFUSED';
}

function isLoopback(domain: string): boolean {
  const host = domain.replace(/:\d+$/, '');
  return host === 'localhost' || host === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(host);
}

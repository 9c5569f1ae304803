import { EngineError } from '../errors.ts';
import type { Credentials } from './auth/credentials.ts';
import { RegistryConnection } from './connection.ts';
import { errorMessage } from './error-message.ts';
import type { HttpResponse } from './http/http.ts';
import type { RawManifest } from './origin.ts';
import type { Reference } from './reference.ts';

/** A repository for pushes (distribution-spec, "Push"). */
export class PushClient {
  readonly #path: string;
  readonly #connection: RegistryConnection;

  /** `sources` are paths of repositories in the same registry from which blobs can be mounted. */
  constructor(
    { domain, path }: Pick<Reference, 'domain' | 'path'>,
    sources: readonly string[],
    credentials: Credentials | undefined,
    insecure: readonly string[],
  ) {
    this.#path = path;
    const scopes = [
      `repository:${path}:pull,push`,
      ...sources.map((source) => `repository:${source}:pull`),
    ];
    this.#connection = new RegistryConnection(domain, scopes, credentials, insecure);
  }

  async hasBlob(digest: string, signal: AbortSignal): Promise<boolean> {
    const response = await this.#request('HEAD', `blobs/${digest}`, signal);
    response.body.destroy();
    if (response.status === 200) return true;
    if (response.status === 404) return false;
    throw await refusal(response);
  }

  /** Asks the registry to mount a blob from another repository. Returns false if it doesn't. */
  async mountBlob(digest: string, from: string, signal: AbortSignal): Promise<boolean> {
    const query = new URLSearchParams({ mount: digest, from });
    const response = await this.#request('POST', `blobs/uploads/?${query}`, signal);
    response.body.destroy();
    return response.status === 201;
  }

  /** Uploads a blob in one piece. `content` is called again for another try. */
  async putBlob(
    { digest, size }: { readonly digest: string; readonly size: number },
    content: () => AsyncIterable<Uint8Array>,
    signal: AbortSignal,
  ): Promise<void> {
    const begun = await this.#request('POST', 'blobs/uploads/', signal);
    if (begun.status !== 202) throw await refusal(begun);
    begun.body.destroy();
    const place = URL.parse(begun.headers.location ?? '', begun.url.href);
    if (place === null) {
      throw new EngineError('unavailable', `${begun.url.host} named no usable place for an upload`);
    }
    place.searchParams.set('digest', digest);
    const response = await this.#connection.request(place.href, {
      method: 'PUT',
      headers: { 'content-type': 'application/octet-stream', 'content-length': String(size) },
      body: content,
      signal,
    });
    if (response.status !== 201) throw await refusal(response);
    response.body.destroy();
  }

  async putManifest(
    tag: string,
    { bytes, mediaType }: RawManifest,
    signal: AbortSignal,
  ): Promise<void> {
    const response = await this.#connection.request(`/v2/${this.#path}/manifests/${tag}`, {
      method: 'PUT',
      headers: { 'content-type': mediaType, 'content-length': String(bytes.length) },
      body: bytes,
      signal,
    });
    if (response.status !== 201) throw await refusal(response);
    response.body.destroy();
  }

  #request(method: 'HEAD' | 'POST', path: string, signal: AbortSignal): Promise<HttpResponse> {
    const headers: Record<string, string> = method === 'POST' ? { 'content-length': '0' } : {};
    return this.#connection.request(`/v2/${this.#path}/${path}`, { method, headers, signal });
  }
}

async function refusal(response: HttpResponse): Promise<EngineError> {
  const words = await errorMessage(response);
  if (response.status === 401) return new EngineError('unauthorized', words);
  if (response.status === 403) return new EngineError('forbidden', words);
  const code = response.status >= 500 || response.status === 429 ? 'unavailable' : 'invalid';
  return new EngineError(code, `${response.url.host} refused: ${words}`);
}

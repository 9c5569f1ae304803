import { setTimeout as delay } from 'node:timers/promises';
import { EngineError } from '../errors.ts';
import type { Credentials } from './auth/credentials.ts';
import { Authorizer } from './auth/token.ts';
import { type HttpRequest, type HttpResponse, send, UnreachableError } from './http/http.ts';

const TRIES = 3;
/** How long a registry can make one request wait. */
const MAX_WAIT_MS = 60_000;
/** After this time, a request isn't tried again. */
const MAX_TRIES_MS = 45_000;

/** One registry, with one set of credentials. */
export class RegistryConnection {
  readonly #domain: string;
  readonly #authorizer: Authorizer;
  readonly #insecure: boolean;
  #base: Promise<URL> | undefined;

  /**
   * `scopes` are the permissions of tokens, such as `repository:library/busybox:pull`. `insecure`
   * lists registries (`host[:port]`) whose identity isn't verified.
   */
  constructor(
    domain: string,
    scopes: readonly string[],
    credentials: Credentials | undefined,
    insecure: readonly string[],
  ) {
    this.#domain = domain;
    this.#insecure = insecure.includes(domain) || isLoopback(domain);
    this.#authorizer = new Authorizer(scopes, credentials, this.#insecure);
  }

  /**
   * Sends one request. `path` can be a whole URL from the registry. Retries with a token on
   * request, after temporary failures, and when a registry with too many requests says when (for at
   * most a minute in all). Rejects with EngineError 'unauthorized' if it can't get a token.
   * Unsuccessful answers are returned like others.
   */
  async request(
    path: string,
    request: Omit<HttpRequest, 'insecure'> & { readonly signal: AbortSignal },
  ): Promise<HttpResponse> {
    const { signal } = request;
    const url = new URL(path, await this.#endpoint(signal));
    let left = MAX_WAIT_MS;
    const start = performance.now();
    for (let tries = 1; ; tries++) {
      try {
        const response = await this.#authorized(url, request);
        const wait = response.status === 429 ? retryAfter(response) : undefined;
        if (wait !== undefined && wait <= left) {
          response.body.destroy();
          // Waiting takes time even if the registry says "now", so that this ends.
          left -= Math.max(wait, 250);
          await delay(Math.max(wait, 250), undefined, { signal });
          tries--;
          continue;
        }
        if (response.status < 500 || tries === TRIES) return response;
        response.body.destroy();
      } catch (error) {
        const passing =
          error instanceof EngineError &&
          error.code === 'unavailable' &&
          !(error instanceof UnreachableError);
        const isLate = performance.now() - start > MAX_TRIES_MS;
        if (!passing || tries === TRIES || isLate) throw error;
      }
      await delay(250 * tries, undefined, { signal });
    }
  }

  async #authorized(url: URL, request: Omit<HttpRequest, 'insecure'>): Promise<HttpResponse> {
    for (let first = true; ; first = false) {
      // Another host to which the registry redirects must not get the registry's credentials.
      // The same host over plain HTTP is another origin, too.
      const own = url.origin === (await this.#endpoint(request.signal)).origin;
      const authorization = own ? this.#authorizer.header : undefined;
      const response = await send(url, {
        ...request,
        headers: { ...request.headers, ...(authorization === undefined ? {} : { authorization }) },
        insecure: this.#insecure,
      });
      if (response.status !== 401 || !first || !own) return response;
      response.body.destroy();
      const challenge = response.headers['www-authenticate'];
      await this.#authorizer.answer(url, challenge, authorization, request.signal);
    }
  }

  /** Uses HTTPS for an insecure registry if it works, and otherwise plain HTTP. */
  #endpoint(signal: AbortSignal): Promise<URL> {
    const host = this.#domain === 'docker.io' ? 'registry-1.docker.io' : this.#domain;
    const secure = URL.parse(`https://${host}`);
    if (secure === null)
      throw new EngineError('invalid', `${host} is not a valid registry address`);
    if (!this.#insecure) return Promise.resolve(secure);
    this.#base ??= send(new URL('/v2/', secure), { insecure: true, signal }).then(
      (response) => {
        response.body.destroy();
        return secure;
      },
      (error: unknown) => {
        this.#base = undefined;
        // If nothing answers at all, waiting a second time doesn't help.
        if (error instanceof UnreachableError && !isRefused(error)) throw error;
        if (!(error instanceof EngineError)) throw error;
        return new URL(`http://${host}`);
      },
    );
    return this.#base;
  }
}

/** The wait in milliseconds that an answer asks for (RFC 9110, section 10.2.3). */
function retryAfter({ headers }: HttpResponse): number | undefined {
  const text = headers['retry-after']?.trim();
  if (!text) return undefined;
  const wait = /^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text) - Date.now();
  return Number.isNaN(wait) ? undefined : Math.max(0, wait);
}

function isRefused(error: UnreachableError): boolean {
  return (error.cause as NodeJS.ErrnoException | undefined)?.code === 'ECONNREFUSED';
}

function isLoopback(domain: string): boolean {
  const host = domain.replace(/:\d+$/, '');
  return host === 'localhost' || host === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(host);
}

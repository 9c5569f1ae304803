import * as z from 'zod';
import { EngineError } from '../../errors.ts';
import { readBody, send } from '../http/http.ts';
import { parseDocument } from '../manifest.ts';
import { type Challenge, parseChallenges } from './challenge.ts';
import type { Credentials } from './credentials.ts';

const MAX_ANSWER_BYTES = 1 << 20;

/** distribution/spec, auth/token.md: servers use one of these names. */
const tokenSchema = z.object({ token: z.string().optional(), access_token: z.string().optional() });

/**
 * Answers a registry's authentication challenges for one repository, and reuses the answer for
 * later requests.
 */
export class Authorizer {
  readonly #scopes: readonly string[];
  readonly #credentials: Credentials | undefined;
  readonly #insecure: boolean;
  #header: string | undefined;
  #answering: Promise<void> | undefined;

  /** `scopes` are the permissions of a token, such as `repository:library/busybox:pull`. */
  constructor(scopes: readonly string[], credentials: Credentials | undefined, insecure: boolean) {
    this.#scopes = scopes;
    this.#credentials = credentials;
    this.#insecure = insecure;
    if (credentials?.kind === 'bearer') this.#header = `Bearer ${credentials.token}`;
  }

  /** The `Authorization` header to send. Undefined before the first challenge. */
  get header(): string | undefined {
    return this.#header;
  }

  /**
   * Handles the challenge to a request that was rejected with the header `refused`. Resolves if
   * another try makes sense, and otherwise rejects with EngineError 'unauthorized'. Requests that
   * are rejected at the same time share a new token.
   */
  async answer(
    registry: URL,
    challenge: string | undefined,
    refused: string | undefined,
    signal: AbortSignal,
  ): Promise<void> {
    if (this.#header !== refused) return;
    this.#answering ??= this.#answer(registry, parseChallenges(challenge ?? ''), signal).finally(
      () => {
        this.#answering = undefined;
      },
    );
    await this.#answering;
  }

  async #answer(registry: URL, challenges: Challenge[], signal: AbortSignal): Promise<void> {
    const bearer = challenges.find(({ scheme }) => scheme === 'bearer');
    if (bearer !== undefined && this.#credentials?.kind !== 'bearer') {
      this.#header = `Bearer ${await this.#fetchToken(registry, bearer.parameters, signal)}`;
      return;
    }
    const basic = challenges.some(({ scheme }) => scheme === 'basic');
    if (basic && this.#credentials?.kind === 'password' && this.#header === undefined) {
      this.#header = basicHeader(this.#credentials);
      return;
    }
    throw refusal(this.#credentials);
  }

  async #fetchToken(
    registry: URL,
    { realm, service }: Challenge['parameters'],
    signal: AbortSignal,
  ): Promise<string> {
    const url = URL.parse(realm ?? '');
    if (url === null || !/^https?:$/.test(url.protocol)) {
      throw new EngineError('unavailable', `${registry.host} names an invalid token server`);
    }
    if (url.protocol === 'http:' && registry.protocol === 'https:' && !this.#insecure) {
      throw new EngineError(
        'unavailable',
        `${registry.host} asks for credentials over plain HTTP, to ${url.host}: refused`,
      );
    }
    const credentials = this.#credentials;
    const common = { signal, insecure: this.#insecure };
    const fields = service === undefined ? {} : { service };
    if (credentials?.kind !== 'refresh-token') {
      for (const [name, value] of Object.entries(fields)) url.searchParams.set(name, value);
      for (const scope of this.#scopes) url.searchParams.append('scope', scope);
    }
    const response =
      credentials?.kind === 'refresh-token'
        ? await send(url, {
            ...common,
            method: 'POST',
            headers: { 'content-type': 'application/x-www-form-urlencoded' },
            body: new URLSearchParams({
              ...fields,
              scope: this.#scopes.join(' '),
              grant_type: 'refresh_token',
              refresh_token: credentials.token,
              client_id: 'berth',
            }).toString(),
          })
        : await send(url, {
            ...common,
            headers:
              credentials?.kind === 'password' ? { authorization: basicHeader(credentials) } : {},
          });
    const body = await readBody(response, MAX_ANSWER_BYTES);
    if (response.status >= 400 && response.status < 500) throw refusal(credentials);
    if (response.status !== 200) {
      throw new EngineError('unavailable', `token server ${url.host}: HTTP ${response.status}`);
    }
    const answer = parseDocument(`answer of token server ${url.host}`, body, tokenSchema);
    const token = answer.token ?? answer.access_token;
    if (!token) throw new EngineError('unavailable', `token server ${url.host} gave no token`);
    return token;
  }
}

function basicHeader({ username, password }: { username: string; password: string }): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
}

function refusal(credentials: Credentials | undefined): EngineError {
  return new EngineError(
    'unauthorized',
    credentials === undefined
      ? 'unauthorized: authentication required'
      : 'unauthorized: incorrect username or password',
  );
}

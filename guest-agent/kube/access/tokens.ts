import { createHmac, timingSafeEqual } from 'node:crypto';
import * as z from 'zod';
import type { IssuedToken, TokenRequest } from '../api/api.ts';
import type { Objects } from '../objects/objects.ts';
import { pods, serviceAccounts } from '../objects/resources.ts';
import { type Account, accountName } from './user.ts';

const ISSUER = 'https://kubernetes.default.svc.cluster.local';

const bound = z.object({ name: z.string(), uid: z.string() });
const claimsSchema = z.looseObject({
  exp: z.number(),
  aud: z.array(z.string()),
  'kubernetes.io': z.object({
    namespace: z.string(),
    serviceaccount: bound,
    pod: bound.optional(),
  }),
});

/** A valid token. */
export interface CheckedToken extends Account {
  readonly uid: string;
  readonly pod?: { readonly name: string; readonly uid: string } | undefined;
  /** For which of the audiences it is. */
  readonly audiences: readonly string[];
}

/** Issues and checks the tokens of service accounts (JWT). */
export class Tokens {
  readonly #objects: Objects;
  readonly #key: Buffer;

  constructor(objects: Objects, key: string) {
    this.#objects = objects;
    this.#key = Buffer.from(key, 'hex');
  }

  /** Undefined if the account doesn't exist. */
  issue(request: TokenRequest): IssuedToken | undefined {
    const { namespace, name, seconds, pod, audiences = [ISSUER] } = request;
    const account = this.#objects.get(serviceAccounts, { namespace, name });
    if (account === undefined) return undefined;
    const now = Math.floor(Date.now() / 1000);
    const claims = {
      ...{ iss: ISSUER, aud: audiences, iat: now, nbf: now, exp: now + seconds },
      sub: accountName(request),
      'kubernetes.io': {
        ...{ namespace, serviceaccount: { name, uid: account.metadata.uid } },
        ...(pod && { pod: { name: pod.name, uid: pod.uid } }),
      },
    };
    const content = `${encoded({ alg: 'HS256', typ: 'JWT' })}.${encoded(claims)}`;
    const token = `${content}.${this.#sign(content).toString('base64url')}`;
    return { token, expiresAt: new Date((now + seconds) * 1000) };
  }

  /**
   * Whose token it is. Undefined if it isn't valid for any of the audiences, or what it belongs to is
   * gone.
   */
  check(token: string, audiences: readonly string[] = [ISSUER]): CheckedToken | undefined {
    const [head = '', body = '', signature = ''] = token.split('.');
    const expected = this.#sign(`${head}.${body}`);
    const given = Buffer.from(signature, 'base64url');
    if (given.length !== expected.length || !timingSafeEqual(given, expected)) return undefined;
    const claims = claimsSchema.parse(JSON.parse(Buffer.from(body, 'base64url').toString()));
    const matching = audiences.filter((audience) => claims.aud.includes(audience));
    if (claims.exp * 1000 < Date.now() || matching.length === 0) return undefined;
    const { namespace, serviceaccount, pod } = claims['kubernetes.io'];
    const { name } = serviceaccount;
    const account = this.#objects.get(serviceAccounts, { namespace, name });
    if (account?.metadata.uid !== serviceaccount.uid) return undefined;
    const owner = pod && this.#objects.get(pods, { namespace, name: pod.name });
    if (pod && owner?.metadata.uid !== pod.uid) return undefined;
    return { namespace, name, uid: serviceaccount.uid, pod, audiences: matching };
  }

  #sign(content: string): Buffer {
    return createHmac('sha256', this.#key).update(content).digest();
  }
}

const encoded = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');

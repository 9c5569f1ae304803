import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

/** Decides which requests come from the page that this server delivered. */
export interface Gate {
  /** The secret that opens the page; it is in the address once, then in a cookie. */
  readonly token: string;
  /** A second secret that other users may see: alone, it opens nothing. */
  readonly ticket: string;
  /** `http://127.0.0.1:PORT` */
  readonly origin: string;
  /** The page's path: `/SECRET/`. */
  readonly path: string;
  /** The `Set-Cookie` header for a browser that sent the token. */
  readonly cookie: string;
  /** The request names our address and doesn't come from another site's page. */
  isAddressed(request: IncomingMessage): boolean;
  isToken(candidate: string | null): boolean;
  isTicket(candidate: string | null): boolean;
  /** The request has the cookie. */
  isKnown(request: IncomingMessage): boolean;
}

/**
 * The `Host` check refuses names that another site points at 127.0.0.1 (DNS rebinding); the
 * `Origin` check refuses pages of other sites. Cookies ignore ports: without a secret path, a
 * browser would send ours to any server on another port of 127.0.0.1, such as a container's
 * published port.
 */
export function createGate(port: number): Gate {
  const token = secret();
  const ticket = secret();
  const path = `/${secret()}/`;
  const host = `127.0.0.1:${port}`;
  const origin = `http://${host}`;
  const name = `berth-${port}`;
  const isToken = (candidate: string | null) => candidate !== null && sameText(candidate, token);
  return {
    token,
    ticket,
    origin,
    path,
    cookie: `${name}=${token}; HttpOnly; SameSite=Strict; Path=${path}`,
    isAddressed: ({ headers }) =>
      headers.host === host && (headers.origin === undefined || headers.origin === origin),
    isToken,
    isTicket: (candidate) => candidate !== null && sameText(candidate, ticket),
    isKnown: ({ headers }) => isToken(cookieIn(headers.cookie ?? '', name)),
  };
}

const secret = () => randomBytes(32).toString('base64url');

function cookieIn(header: string, name: string): string | null {
  const pair = header.split(/;\s*/).find((candidate) => candidate.startsWith(`${name}=`));
  return pair?.slice(name.length + 1) ?? null;
}

/**
 * Compares in constant time, so that the time reveals neither the position of a difference nor the
 * length.
 */
function sameText(left: string, right: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(left), digest(right));
}

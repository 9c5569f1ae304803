import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

/** Which requests come from the page that this server handed out. */
export interface Gate {
  /** The secret that opens the page; it is in the address once, then in a cookie. */
  readonly token: string;
  /** Another one, which other users may see: alone, it opens nothing. */
  readonly ticket: string;
  /** `http://127.0.0.1:PORT` */
  readonly origin: string;
  /** `Set-Cookie` for a browser that showed the token. */
  readonly cookie: string;
  /** Named our address, and does not come from another site's page. */
  isAddressed(request: IncomingMessage): boolean;
  isToken(candidate: string | null): boolean;
  isTicket(candidate: string | null): boolean;
  /** Carries the cookie. */
  isKnown(request: IncomingMessage): boolean;
}

/**
 * The `Host` check keeps out names that another site points at 127.0.0.1 (DNS rebinding), the
 * `Origin` check pages of other sites. Cookies do not tell ports apart, so the name does.
 */
export function createGate(port: number): Gate {
  const token = secret();
  const ticket = secret();
  const host = `127.0.0.1:${port}`;
  const origin = `http://${host}`;
  const name = `berth-${port}`;
  const isToken = (candidate: string | null) => candidate !== null && sameText(candidate, token);
  return {
    token,
    ticket,
    origin,
    cookie: `${name}=${token}; HttpOnly; SameSite=Strict; Path=/`,
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

/** Compares in a time that tells nothing about where the texts differ, or how long they are. */
function sameText(left: string, right: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(left), digest(right));
}

import type { IncomingHttpHeaders } from 'node:http';
import { isContainerName } from '../../../../guest-agent/contract/host-names.ts';

/**
 * Whether a page of another site sent the request without a user's click. The containers may not
 * have published any port, so scripts of other sites must not reach them. Following a link is fine,
 * and so are pages of this host. Programs don't send these headers.
 */
export function isFromForeignPage({ origin, referer, ...headers }: IncomingHttpHeaders): boolean {
  if (origin !== undefined) return !isOfThisComputer(origin);
  if (headers['sec-fetch-mode'] === 'navigate') return false;
  if (referer !== undefined) return !isOfThisComputer(referer);
  return headers['sec-fetch-site'] === 'cross-site';
}

function isOfThisComputer(address: string): boolean {
  if (!URL.canParse(address)) return false;
  const { hostname } = new URL(address);
  return (
    ['localhost', '127.0.0.1', '[::1]'].includes(hostname) ||
    hostname.endsWith('.localhost') ||
    isContainerName(hostname)
  );
}

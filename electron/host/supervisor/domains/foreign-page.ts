import type { IncomingHttpHeaders } from 'node:http';

/**
 * Whether a page of another site sent the request without a user's click. The containers may not
 * have published any port, so scripts of other sites must not reach them. Following a link is fine,
 * and so are pages of this host, including containers in the domains `suffixes`. Programs don't send these
 * headers.
 */
export function isFromForeignPage(
  { origin, referer, ...headers }: IncomingHttpHeaders,
  suffixes: readonly string[],
): boolean {
  if (origin !== undefined) return !isOfThisComputer(origin, suffixes);
  if (headers['sec-fetch-mode'] === 'navigate') return false;
  if (referer !== undefined) return !isOfThisComputer(referer, suffixes);
  return headers['sec-fetch-site'] === 'cross-site';
}

function isOfThisComputer(address: string, suffixes: readonly string[]): boolean {
  if (!URL.canParse(address)) return false;
  const { hostname } = new URL(address);
  return (
    ['localhost', '127.0.0.1', '[::1]'].includes(hostname) ||
    hostname.endsWith('.localhost') ||
    suffixes.some((suffix) => hostname.endsWith(`.${suffix}`))
  );
}

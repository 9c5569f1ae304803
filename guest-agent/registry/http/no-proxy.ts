import ipaddr from 'ipaddr.js';

/**
 * Whether to reach an address without a proxy, by the rules of Go's programs for NO_PROXY: a host
 * with its subdomains, `.domain` or `*.domain` for only subdomains, an IP address, a CIDR, or `*`.
 * All but a CIDR can have a port, and then only that port counts.
 */
export function isExcluded(url: URL, exclude: readonly string[]): boolean {
  const host = unbracketed(url.hostname.toLowerCase());
  const port = url.port || (url.protocol === 'https:' ? '443' : '80');
  if (host === 'localhost') return true;
  const address = ipaddr.isValid(host) ? ipaddr.process(host) : undefined;
  if (address?.range() === 'loopback') return true;
  return exclude.some((text) => {
    const entry = text.toLowerCase();
    if (entry === '*') return true;
    if (ipaddr.isValidCIDR(entry)) return address !== undefined && isWithin(address, entry);
    const [, name = '', wantedPort] = /^(.*?)(?::(\d+))?$/.exec(bracketed(entry)) ?? [];
    if (wantedPort !== undefined && wantedPort !== port) return false;
    return names(unbracketed(name), host, address);
  });
}

function names(entry: string, host: string, address: ipaddr.IPv4 | ipaddr.IPv6 | undefined) {
  if (ipaddr.isValid(entry)) return address?.toString() === ipaddr.process(entry).toString();
  const domain = entry.replace(/^\*/, '');
  if (domain === '' || address !== undefined) return false;
  return domain.startsWith('.')
    ? host.endsWith(domain)
    : host === domain || host.endsWith(`.${domain}`);
}

function isWithin(address: ipaddr.IPv4 | ipaddr.IPv6, cidr: string): boolean {
  const [network, bits] = ipaddr.parseCIDR(cidr);
  return network.kind() === address.kind() && address.match(network, bits);
}

const unbracketed = (host: string) => host.replace(/^\[(.*)\]$/, '$1');

/** Puts an IPv6 address in brackets, so that its end isn't read as a port. */
const bracketed = (entry: string) => (ipaddr.IPv6.isValid(entry) ? `[${entry}]` : entry);

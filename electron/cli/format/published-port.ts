import type { PublishedPort } from '../../api/ports.ts';

/** `0.0.0.0:8080/tcp`. An address with colons is in brackets. */
export function publishedAddress({ address, port, protocol }: PublishedPort): string {
  return `${address.includes(':') ? `[${address}]` : address}:${port}/${protocol}`;
}

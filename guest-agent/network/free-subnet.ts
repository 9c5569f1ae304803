import { randomBytes } from 'node:crypto';
import { EngineError } from '../errors.ts';
import { formatSubnet, overlap, parseSubnet, type Subnet } from './subnet.ts';

/** Docker's default address pools, in its order: /16 of 172.17 to 172.31, then /20 of 192.168. */
const candidates = [
  ...Array.from({ length: 15 }, (_, index) => `172.${17 + index}.0.0/16`),
  ...Array.from({ length: 16 }, (_, index) => `192.168.${16 * index}.0/20`),
];

/**
 * A subnet of the default pools that doesn't overlap with a used one. Throws EngineError
 * 'forbidden' if there is none.
 */
export function freeSubnet(inUse: readonly Subnet[]): string {
  const free = candidates.find((candidate) => isFree(candidate, inUse));
  if (free === undefined) {
    throw new EngineError('forbidden', 'all predefined address pools have been fully subnetted');
  }
  return free;
}

/** A unique local /64 (RFC 4193): `fd`, 40 random bits, subnet 0. */
export function freeUniqueLocalSubnet(inUse: readonly Subnet[]): string {
  for (;;) {
    const [a, b, c] = (randomBytes(6).toString('hex').match(/.{4}/g) ?? []) as string[];
    const subnet = parseSubnet(`fd${a?.slice(2)}:${b}:${c}::/64`);
    if (subnet && !inUse.some((other) => overlap(subnet, other))) return formatSubnet(subnet);
  }
}

function isFree(candidate: string, inUse: readonly Subnet[]): boolean {
  const subnet = parseSubnet(candidate);
  return subnet !== undefined && !inUse.some((other) => overlap(subnet, other));
}

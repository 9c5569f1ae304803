import ipaddr from 'ipaddr.js';

/** A range of addresses: the first one as a number, and the number of bits that all share. */
export interface Subnet {
  readonly family: 4 | 6;
  readonly base: bigint;
  readonly prefixLength: number;
}

const bitsOf = (family: 4 | 6) => (family === 4 ? 32 : 128);

/** Parses "172.20.0.0/16". Undefined for invalid text. Bits after the prefix are dropped. */
export function parseSubnet(text: string): Subnet | undefined {
  const [, address = '', length = ''] = /^([^/]+)\/(\d+)$/.exec(text) ?? [];
  const parsed = parseAddress(address);
  const prefixLength = Number(length);
  if (!parsed || prefixLength > bitsOf(parsed.family)) return undefined;
  const size = 2n ** BigInt(bitsOf(parsed.family) - prefixLength);
  return { family: parsed.family, base: parsed.value - (parsed.value % size), prefixLength };
}

/**
 * Parses an address into a number. Undefined unless the text is four decimal parts or an IPv6
 * address.
 */
export function parseAddress(text: string): { family: 4 | 6; value: bigint } | undefined {
  const family = ipaddr.IPv4.isValidFourPartDecimal(text)
    ? 4
    : ipaddr.IPv6.isValid(text)
      ? 6
      : undefined;
  if (family === undefined || text.includes('%')) return undefined;
  const value = ipaddr
    .parse(text)
    .toByteArray()
    .reduce((sum, byte) => sum * 256n + BigInt(byte), 0n);
  return { family, value };
}

export function formatAddress(family: 4 | 6, value: bigint): string {
  const bytes = Array.from({ length: bitsOf(family) / 8 }, (_, index) =>
    Number((value >> BigInt(bitsOf(family) - 8 * (index + 1))) & 255n),
  );
  const address = ipaddr.fromByteArray(bytes);
  return address instanceof ipaddr.IPv6 ? address.toRFC5952String() : address.toString();
}

export function formatSubnet({ family, base, prefixLength }: Subnet): string {
  return `${formatAddress(family, base)}/${prefixLength}`;
}

/** The last address. */
export function lastOf({ family, base, prefixLength }: Subnet): bigint {
  return base + 2n ** BigInt(bitsOf(family) - prefixLength) - 1n;
}

export function contains(subnet: Subnet, address: { family: 4 | 6; value: bigint }): boolean {
  return (
    subnet.family === address.family &&
    subnet.base <= address.value &&
    address.value <= lastOf(subnet)
  );
}

export function overlap(one: Subnet, other: Subnet): boolean {
  return one.family === other.family && one.base <= lastOf(other) && other.base <= lastOf(one);
}

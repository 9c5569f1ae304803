import { EngineError } from '../errors.ts';
import {
  contains,
  formatAddress,
  lastOf,
  parseAddress,
  parseSubnet,
  type Subnet,
} from './subnet.ts';

/** The addresses of one subnet for containers. */
export class AddressPool {
  readonly #subnet: Subnet;
  readonly #first: bigint;
  readonly #last: bigint;
  readonly #taken = new Set<bigint>();
  /** Addresses are used in turn, so that a released one isn't reused immediately. */
  #next: bigint;

  /**
   * Subnets in CIDR form. Addresses are chosen from `range`. Addresses in `reserved`, such as the
   * gateway's, are never given out.
   */
  constructor(subnet: string, options: { range?: string; reserved?: readonly string[] } = {}) {
    this.#subnet = known(subnet);
    const range = options.range ? known(options.range) : this.#subnet;
    // The network address and the IPv4 broadcast address can't be used.
    const wholeEnd = lastOf(this.#subnet) - (this.#subnet.family === 4 ? 1n : 0n);
    this.#first = range.base > this.#subnet.base ? range.base : this.#subnet.base + 1n;
    this.#last = lastOf(range) < wholeEnd ? lastOf(range) : wholeEnd;
    this.#next = this.#first;
    for (const address of options.reserved ?? []) this.hold(address);
  }

  get prefixLength(): number {
    return this.#subnet.prefixLength;
  }

  /** How many addresses can't be given out, and how many can. */
  usage(): { readonly used: bigint; readonly free: bigint } {
    const { base, family } = this.#subnet;
    const last = lastOf(this.#subnet);
    // In IPv4, the network and broadcast addresses count as used; in IPv6, the network address.
    const unusable = new Set(family === 4 ? [base, last] : [base]);
    const used = [...this.#taken].filter((address) => !unusable.has(address));
    const inRange = used.filter((address) => address >= this.#first && address <= this.#last);
    const size = this.#last >= this.#first ? this.#last - this.#first + 1n : 0n;
    return {
      used: BigInt(used.length + unusable.size),
      free: size - BigInt(inRange.length),
    };
  }

  /** The next free address. Throws EngineError 'forbidden' if all are in use. */
  take(): string {
    // One more try than there are used addresses is enough to find a free one.
    for (let tried = 0; tried <= this.#taken.size && this.#first <= this.#last; tried++) {
      const address = this.#next;
      this.#next = address === this.#last ? this.#first : address + 1n;
      if (!this.#taken.has(address)) {
        this.#taken.add(address);
        return formatAddress(this.#subnet.family, address);
      }
    }
    throw new EngineError(
      'forbidden',
      `no available IPv${this.#subnet.family} addresses on this network's address pools`,
    );
  }

  /** A requested address. Throws EngineError 'forbidden' if it is in use. */
  takeThis(address: string): string {
    const parsed = parseAddress(address);
    if (!parsed || !contains(this.#subnet, parsed)) {
      throw new EngineError('invalid', `Requested address ${address} is out of range`);
    }
    if (this.#taken.has(parsed.value)) {
      throw new EngineError('forbidden', 'Address already in use');
    }
    this.#taken.add(parsed.value);
    return formatAddress(parsed.family, parsed.value);
  }

  /** Marks the address of an existing container as used. */
  hold(address: string): void {
    const parsed = parseAddress(address);
    if (parsed) this.#taken.add(parsed.value);
  }

  release(address: string): void {
    const parsed = parseAddress(address);
    if (parsed) this.#taken.delete(parsed.value);
  }
}

/** Subnets in records are already checked. */
function known(text: string): Subnet {
  const subnet = parseSubnet(text);
  if (!subnet) throw new EngineError('internal', `${text} is not a valid subnet`);
  return subnet;
}

import { EngineError } from '../errors.ts';

/** The addresses of one IPv4 subnet; the first host address is the gateway's. */
export class AddressPool {
  readonly #subnet: string;
  readonly #first: number;
  readonly #last: number;
  readonly #taken = new Set<number>();
  /** Addresses are handed out in turn, so that one that was just freed isn't reused at once. */
  #next: number;

  /** `subnet` in CIDR form: "172.17.0.0/16". */
  constructor(subnet: string) {
    const [base = '', bits = ''] = subnet.split('/');
    const size = 2 ** (32 - Number(bits));
    const network = toNumber(base) - (toNumber(base) % size);
    this.#subnet = subnet;
    this.#first = network + 2;
    this.#last = network + size - 2;
    this.#next = this.#first;
  }

  /** Throws EngineError 'unavailable' when every address is taken. */
  take(): string {
    for (let tried = this.#first; tried <= this.#last; tried++) {
      const address = this.#next;
      this.#next = address === this.#last ? this.#first : address + 1;
      if (!this.#taken.has(address)) {
        this.#taken.add(address);
        return toText(address);
      }
    }
    throw new EngineError('unavailable', `no address is free in ${this.#subnet}`);
  }

  /** Marks an address that a container already has. */
  hold(address: string): void {
    this.#taken.add(toNumber(address));
  }

  release(address: string): void {
    this.#taken.delete(toNumber(address));
  }
}

function toNumber(address: string): number {
  return address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
}

function toText(address: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(address / 2 ** shift) % 256).join('.');
}

import type { Service } from 'kubernetes-types/core/v1.js';
import { contains, formatAddress, parseAddress, type Subnet } from '../../../network/subnet.ts';
import type { Objects } from '../../objects/objects.ts';
import { services } from '../../objects/resources.ts';
import { fieldError } from './field-error.ts';
import { reservedAddresses } from './service-subnet.ts';

/** Kubernetes' default range of node ports. */
export const nodePortRange = { first: 30_000, last: 32_767 } as const;

/**
 * How long an address or port stays reserved for a Service that the API has accepted and not stored
 * yet.
 */
const PROMISE_MS = 60_000;

/**
 * The addresses and node ports of Services. What is taken is in the Services themselves, so that
 * nothing else has to be kept.
 */
export class ServiceAddresses {
  readonly #objects: Objects;
  readonly #subnet: Subnet;
  readonly #cidr: string;
  /** Given out but perhaps not stored yet, with the time when that is forgotten. */
  readonly #promised = new Map<string, number>();
  #nextAddress: bigint;
  #nextPort: number = nodePortRange.first;

  constructor(objects: Objects, subnet: Subnet, cidr: string) {
    this.#objects = objects;
    this.#subnet = subnet;
    this.#cidr = cidr;
    this.#nextAddress = reservedAddresses(subnet).firstAutomatic;
  }

  /** A free address. `asked` is the one that the Service `who` wants. Throws KubeError 'Invalid'. */
  takeAddress(who: Service, asked?: string): string {
    if (asked !== undefined) return this.#takeAskedAddress(who, asked);
    const taken = this.#takenAddresses(who);
    const { firstAutomatic, last } = reservedAddresses(this.#subnet);
    for (let tried = firstAutomatic; tried <= last; tried++) {
      const address = formatAddress(this.#subnet.family, this.#nextAddress);
      this.#nextAddress = this.#nextAddress >= last ? firstAutomatic : this.#nextAddress + 1n;
      if (!taken.has(address)) return this.#promise(address);
    }
    throw fieldError(who, 'spec.clusterIPs', 'failed to allocate an IP: range is full');
  }

  /** A free node port, or `asked` for the port with this index. Throws KubeError 'Invalid'. */
  takeNodePort(who: Service, index: number, protocol: string, asked?: number): number {
    const taken = this.#takenPorts(who);
    const field = `spec.ports[${index}].nodePort`;
    const { first, last } = nodePortRange;
    const key = (port: number) => `${port}/${protocol}`;
    if (asked !== undefined) {
      if (asked < first || asked > last) {
        const range = `The range of valid ports is ${first}-${last}`;
        throw fieldError(
          ...([who, field] as const),
          `Invalid value: ${asked}: provided port is not in the valid range. ${range}`,
        );
      }
      if (taken.has(key(asked))) {
        throw fieldError(
          ...([who, field] as const),
          `Invalid value: ${asked}: provided port is already allocated`,
        );
      }
      this.#promise(key(asked));
      return asked;
    }
    for (let tried = first; tried <= last; tried++) {
      const port = this.#nextPort;
      this.#nextPort = port === last ? first : port + 1;
      if (taken.has(key(port))) continue;
      this.#promise(key(port));
      return port;
    }
    throw fieldError(who, field, 'failed to allocate a nodePort: range is full');
  }

  #takeAskedAddress(who: Service, asked: string): string {
    const value = JSON.stringify([asked]);
    const refuse = (why: string) =>
      fieldError(who, 'spec.clusterIPs', `Invalid value: ${value}: ${why}`);
    const parsed = parseAddress(asked);
    if (!parsed) {
      const message =
        'must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff), or "None" or ""';
      throw refuse(message);
    }
    if (!contains(this.#subnet, parsed)) {
      throw refuse(
        `failed to allocate IP ${asked}: the provided IP (${asked}) is not in the valid range. The range of valid IPs is ${this.#cidr}`,
      );
    }
    if (this.#takenAddresses(who).has(asked)) {
      throw refuse(`failed to allocate IP ${asked}: provided IP is already allocated`);
    }
    return this.#promise(asked);
  }

  #takenAddresses(except: Service): ReadonlySet<string> {
    const { node, ingress, dns } = reservedAddresses(this.#subnet);
    const stored = this.#others(except).flatMap(({ spec }) => spec?.clusterIP ?? []);
    return new Set([node, ingress, dns, ...stored, ...this.#stillPromised()]);
  }

  #takenPorts(except: Service): ReadonlySet<string> {
    const stored = this.#others(except).flatMap(({ spec }) =>
      (spec?.ports ?? []).map(({ nodePort, protocol = 'TCP' }) => `${nodePort}/${protocol}`),
    );
    return new Set([...stored, ...this.#stillPromised()]);
  }

  #others({ metadata }: Service) {
    return this.#objects
      .list(services)
      .filter(
        (other) =>
          other.metadata.name !== metadata?.name ||
          other.metadata.namespace !== metadata?.namespace,
      );
  }

  #promise(what: string): string {
    this.#promised.set(what, Date.now() + PROMISE_MS);
    return what;
  }

  #stillPromised(): string[] {
    for (const [what, until] of this.#promised) {
      if (until < Date.now()) this.#promised.delete(what);
    }
    return [...this.#promised.keys()];
  }
}

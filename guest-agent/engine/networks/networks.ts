import { EngineError } from '../../errors.ts';
import { AddressPool } from '../../network/address-pool.ts';
import type { NetworkDriver } from '../../network/driver.ts';
import { PortPool } from '../../network/port-pool.ts';
import type { Damage } from '../../store/damage.ts';
import { RecordStore } from '../../store/metadata.ts';
import { Lock } from '../lock.ts';
import { UnreadableRecords } from '../unreadable-records.ts';
import { builtInNetworks, type Network, networkSchema } from './network.ts';

/** All networks, with their addresses and the VM's ports. Every change is saved first. */
export class Networks {
  readonly driver: NetworkDriver;
  /**
   * Protects netavark: it removes a bridge with its last container, and doesn't expect another
   * container at that moment.
   */
  readonly driverLock = new Lock();
  /** Held while a network is created or removed. */
  readonly lock = new Lock();
  readonly ports = new PortPool();
  readonly #store: RecordStore<Network>;
  readonly #byId = new Map<string, Network>();
  readonly #pools = new Map<string, readonly AddressPool[]>();
  /** By network ID, the IDs of containers that are connected or about to be. */
  readonly #members = new Map<string, Set<string>>();

  readonly #damage: Damage;
  /** Networks whose records can't be read. */
  readonly unreadable: UnreadableRecords;

  /** The host's address for published ports whose binding and network name none; empty: all. */
  readonly hostIp: string;

  /** `directory` contains the records of networks that users created. */
  constructor(directory: string, driver: NetworkDriver, damage: Damage, hostIp = '') {
    this.hostIp = hostIp;
    this.#store = new RecordStore({
      ...{ directory, schema: networkSchema, describe, restoresMissing: true },
    });
    this.#damage = damage;
    this.unreadable = new UnreadableRecords(damage, describe);
    this.driver = driver;
    for (const network of builtInNetworks) this.#insert(network);
  }

  async load(): Promise<void> {
    const { records, lost } = await this.#store.load(this.#damage);
    for (const network of records.values()) this.#insert(network);
    for (const [id, cause] of lost) {
      this.unreadable.note(
        id,
        `The record of ${describe(id)} can't be read. Containers on this network can't start. Create the network again under the same name (berth network create NAME), then remove the damaged record: berth network rm ${shortId(id)}`,
        cause,
      );
    }
  }

  /** Deletes the remains of a lost network's record. */
  async deleteUnreadable(id: string): Promise<void> {
    await this.#store.delete(id);
    this.unreadable.settle(id);
  }

  list(): Network[] {
    return [...this.#byId.values()];
  }

  /**
   * By name, ID or the beginning of an ID. Throws EngineError 'not-found', or 'invalid' for
   * several.
   */
  get(reference: string): Network {
    const network = this.find(reference);
    if (!network) throw new EngineError('not-found', `network ${reference} not found`);
    return network;
  }

  find(reference: string): Network | undefined {
    const exact = this.#byId.get(reference) ?? this.list().find(({ name }) => name === reference);
    if (exact || !/^[0-9a-f]{1,64}$/.test(reference)) return exact;
    const matches = this.list().filter(({ id }) => id.startsWith(reference));
    if (matches.length > 1) {
      throw new EngineError(
        'invalid',
        `network ${reference} is ambiguous (${matches.length} matches found based on ID prefix)`,
      );
    }
    return matches[0];
  }

  /** The network of a container's `NetworkMode`. */
  findMode(mode: string): Network | undefined {
    return this.find(mode === 'default' || mode === '' ? 'bridge' : mode);
  }

  async add(network: Network): Promise<void> {
    await this.#store.put(network.id, network);
    this.#insert(network);
  }

  async delete(network: Network): Promise<void> {
    await this.#store.delete(network.id);
    this.#byId.delete(network.id);
    this.#pools.delete(network.id);
    this.#members.delete(network.id);
  }

  /** Adds a member before anything else is done for the container, so that the network stays. */
  enter(network: Network, containerId: string): void {
    this.#members.get(network.id)?.add(containerId);
  }

  exit(network: Network, containerId: string): void {
    this.#members.get(network.id)?.delete(containerId);
  }

  isInUse(network: Network): boolean {
    return this.membersOf(network).length > 0;
  }

  /** The IDs of the network's containers. */
  membersOf(network: Network): string[] {
    return [...(this.#members.get(network.id) ?? [])];
  }

  /** The address pools of a network's subnets, IPv4 first. */
  poolsOf(network: Network): readonly AddressPool[] {
    return this.#pools.get(network.id) ?? [];
  }

  #insert(network: Network): void {
    this.#byId.set(network.id, network);
    this.#members.set(network.id, new Set());
    this.#pools.set(
      network.id,
      network.ipam.map(
        ({ subnet, range, gateway, auxiliary }) =>
          new AddressPool(subnet, { range, reserved: [gateway, ...Object.values(auxiliary)] }),
      ),
    );
  }
}

const shortId = (id: string) => id.slice(0, 12);
const describe = (id: string, network?: Network) => `network ${network?.name ?? shortId(id)}`;

import { EngineError } from '../../errors.ts';
import { AddressPool } from '../../network/address-pool.ts';
import type { NetworkDriver } from '../../network/driver.ts';
import { PortPool } from '../../network/port-pool.ts';
import type { Damage } from '../../store/damage.ts';
import { RecordStore } from '../../store/metadata.ts';
import { Lock } from '../lock.ts';
import { UnreadableRecords } from '../unreadable-records.ts';
import { builtInNetworks, type Network, networkSchema } from './network.ts';

/** All networks, with their addresses and the ports of the machine. Every change is durable first. */
export class Networks {
  readonly driver: NetworkDriver;
  /** netavark removes a bridge with its last container, and doesn't expect another to come then. */
  readonly driverLock = new Lock();
  /** Held while a network is made or removed. */
  readonly lock = new Lock();
  readonly ports = new PortPool();
  readonly #store: RecordStore<Network>;
  readonly #byId = new Map<string, Network>();
  readonly #pools = new Map<string, readonly AddressPool[]>();
  /** IDs of the containers that are on a network or about to join it, by network ID. */
  readonly #members = new Map<string, Set<string>>();

  readonly #damage: Damage;
  /** The networks whose records can't be read. */
  readonly unreadable: UnreadableRecords;

  /** `directory`: the records of the networks that users make. */
  constructor(directory: string, driver: NetworkDriver, damage: Damage) {
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

  /** What is left of the record of a lost network. */
  async deleteUnreadable(id: string): Promise<void> {
    await this.#store.delete(id);
    this.unreadable.settle(id);
  }

  list(): Network[] {
    return [...this.#byId.values()];
  }

  /** By name, ID or beginning of an ID. Throws EngineError 'not-found', 'invalid' for several. */
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

  /** The network that a container's `NetworkMode` names. */
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

  /** A network with members stays: marked before anything else is done for the container. */
  enter(network: Network, containerId: string): void {
    this.#members.get(network.id)?.add(containerId);
  }

  exit(network: Network, containerId: string): void {
    this.#members.get(network.id)?.delete(containerId);
  }

  isInUse(network: Network): boolean {
    return this.membersOf(network).length > 0;
  }

  /** IDs of containers. */
  membersOf(network: Network): string[] {
    return [...(this.#members.get(network.id) ?? [])];
  }

  /** The addresses of a network's subnets, IPv4 first. */
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

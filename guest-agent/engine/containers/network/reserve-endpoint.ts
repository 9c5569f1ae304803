import { randomBytes } from 'node:crypto';
import type { Engine } from '../../engine.ts';
import type { Network } from '../../networks/network.ts';
import type { ContainerRecord } from '../record/container.ts';
import type { Endpoint } from '../record/endpoint.ts';

/**
 * Reserves a container's endpoint for one run: addresses, a MAC address and an interface name. If
 * an address isn't free, reserves nothing and throws EngineError in Docker's words.
 */
export function reserveEndpoint(
  engine: Engine,
  record: ContainerRecord,
  network: Network,
  endpoint: Endpoint,
  interfaceName: string,
): Endpoint {
  const taken: Endpoint = {
    ...endpoint,
    networkId: network.id,
    endpointId: randomBytes(32).toString('hex'),
  };
  engine.networks.enter(network, record.id);
  if (network.driver !== 'bridge') return taken;
  taken.interface = interfaceName;
  taken.macAddress = endpoint.askedMacAddress.toLowerCase() || randomMacAddress();
  try {
    engine.networks.poolsOf(network).forEach((pool, index) => {
      const gateway = network.ipam[index]?.gateway ?? '';
      if (gateway.includes(':')) {
        const asked = endpoint.askedAddress6;
        taken.address6 = asked ? pool.takeThis(asked) : pool.take();
        taken.prefixLength6 = pool.prefixLength;
        taken.gateway6 = gateway;
      } else {
        const asked = endpoint.askedAddress;
        taken.address = asked ? pool.takeThis(asked) : pool.take();
        taken.prefixLength = pool.prefixLength;
        taken.gateway = gateway;
      }
    });
  } catch (error) {
    releaseEndpoint(engine, record, network, taken);
    throw error;
  }
  return taken;
}

/** Marks the endpoint of a container that ran before the agent started as taken. */
export function holdEndpoint(
  engine: Engine,
  record: ContainerRecord,
  network: Network,
  endpoint: Endpoint,
): void {
  engine.networks.enter(network, record.id);
  engine.networks.poolsOf(network).forEach((pool, index) => {
    const address = addressFor(network, index, endpoint);
    if (address) pool.hold(address);
  });
}

/** Releases what `reserveEndpoint` took. */
export function releaseEndpoint(
  engine: Engine,
  record: ContainerRecord,
  network: Network,
  endpoint: Endpoint,
): void {
  engine.networks.exit(network, record.id);
  engine.networks.poolsOf(network).forEach((pool, index) => {
    const address = addressFor(network, index, endpoint);
    if (address) pool.release(address);
  });
}

function addressFor(network: Network, index: number, endpoint: Endpoint): string {
  return network.ipam[index]?.gateway.includes(':') ? endpoint.address6 : endpoint.address;
}

/** A locally administered unicast address (IEEE 802: the two lowest bits of the first byte). */
function randomMacAddress(): string {
  const bytes = randomBytes(6);
  bytes[0] = ((bytes[0] ?? 0) & 0xfc) | 0x02;
  return (bytes.toString('hex').match(/../g) ?? []).join(':');
}

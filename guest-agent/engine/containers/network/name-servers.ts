import { embeddedDns } from '../../../network/embedded-dns.ts';
import type { Engine } from '../../engine.ts';
import { knowsNames } from '../../networks/network.ts';
import type { ContainerRecord } from '../record/container.ts';

/** The name servers of a container's networks, as /etc/resolv.conf has them. */
export function nameServers(engine: Engine, record: ContainerRecord): string[] {
  if (redirectedServer(engine, record) !== undefined) return [embeddedDns];
  return serversOf(engine, record)
    .map(({ gateway6 }) => gateway6)
    .filter((address) => address !== '');
}

/**
 * Makes the embedded name server of a container answer for its networks. `before` is the container's
 * record before its networks changed, if they did.
 */
export async function setUpNames(
  engine: Engine,
  record: ContainerRecord,
  before?: ContainerRecord,
): Promise<void> {
  const server = redirectedServer(engine, record);
  if (server === (before && redirectedServer(engine, before))) return;
  const namespace = engine.directories.networkNamespace(record.id);
  await engine.networks.driver.redirectNames(namespace, server);
}

/** Any server knows the names on all of the container's networks. */
function redirectedServer(engine: Engine, record: ContainerRecord): string | undefined {
  return serversOf(engine, record).find(({ gateway }) => gateway !== '')?.gateway;
}

/** Endpoints in networks with names. The server of an internal network answers no other names. */
function serversOf({ networks }: Engine, { endpoints }: ContainerRecord) {
  const found = Object.entries(endpoints).flatMap(([name, endpoint]) => {
    const network = networks.find(name);
    return network && knowsNames(network) ? [{ ...endpoint, internal: network.internal }] : [];
  });
  const rank = ({ isGateway, internal }: (typeof found)[number]) =>
    isGateway ? 0 : internal ? 2 : 1;
  return found.sort((a, b) => rank(a) - rank(b));
}

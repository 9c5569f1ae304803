import type { LinkName } from '../../../network/link-names.ts';
import type { Engine } from '../../engine.ts';
import { knowsNames } from '../../networks/network.ts';
import type { ContainerRecord } from '../record/container.ts';
import { endpointLinks } from './links.ts';

/**
 * Makes the name server answer a container's questions about the names of its links. `before` is
 * the container's record before its networks changed, if they did.
 */
export async function setUpLinkNames(
  engine: Engine,
  record: ContainerRecord,
  before: ContainerRecord = record,
): Promise<void> {
  if ([record, before].every((each) => endpointLinks(each).length === 0)) return;
  const { driver, driverLock } = engine.networks;
  await driverLock.run(() => driver.writeLinkNames(record.id, namesOf(engine, record)));
}

/** Undoes `setUpLinkNames`. Idempotent. */
export async function removeLinkNames(engine: Engine, record: ContainerRecord): Promise<void> {
  if (endpointLinks(record).length === 0) return;
  const { driver, driverLock } = engine.networks;
  await driverLock.run(() => driver.writeLinkNames(record.id, []));
}

function namesOf(engine: Engine, record: ContainerRecord): LinkName[] {
  return endpointLinks(record).flatMap(({ network: name, target, alias }) => {
    const network = engine.networks.find(name);
    const isJoined = record.endpoints[name]?.endpointId !== '';
    // The alias becomes a word of a line in the name server's configuration.
    if (!network || !knowsNames(network) || !isJoined || !/^[\w.-]+$/.test(alias)) return [];
    const { address = '', address6 = '' } =
      engine.containers.find(target)?.record.endpoints[name] ?? {};
    const addresses = [address, address6].filter((each) => each !== '');
    return addresses.length > 0 ? [{ alias, addresses }] : [];
  });
}

import type { Engine } from '../../engine.ts';
import type { ContainerRecord } from '../record/container.ts';
import { attachEndpoint, connectionsOf, detachEndpoint } from './attach-endpoint.ts';
import { updateLinksTo, writeNetworkFiles } from './etc-files.ts';
import { setUpLinkNames } from './link-names.ts';
import { setUpNames } from './name-servers.ts';

/**
 * Connects a running container again to the networks of its record. A crash during `network connect`
 * or `network disconnect` leaves the container without an interface.
 */
export async function reconnect(engine: Engine, record: ContainerRecord): Promise<void> {
  const interfaces = await engine.networks.driver.interfaces();
  const missing = connectionsOf(engine, record).filter(
    ({ outside }) => !interfaces.includes(outside),
  );
  if (missing.length === 0) return;
  for (const { name } of missing) {
    // What the crash left of it, such as names, would be in the way.
    await detachEndpoint(engine, record, name).catch((error) =>
      engine.log(`taking ${record.id} off ${name}`, error),
    );
    await attachEndpoint(engine, record, name);
  }
  await setUpNames(engine, record);
  await setUpLinkNames(engine, record);
  await writeNetworkFiles(engine, record);
  await updateLinksTo(engine, record);
}

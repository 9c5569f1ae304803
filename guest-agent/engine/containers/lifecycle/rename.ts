import { EngineError } from '../../../errors.ts';
import type { Engine } from '../../engine.ts';
import { attachEndpoint, detachEndpoint } from '../network/attach-endpoint.ts';
import { dnsNames } from '../network/dns-names.ts';
import { updateLinkedHosts } from '../network/etc-files.ts';
import type { ContainerRecord } from '../record/container.ts';
import { publishContainerEvent } from '../record/event.ts';
import type { LiveContainer } from '../record/live-container.ts';
import { parseName } from '../record/name.ts';

export async function renameContainer(
  engine: Engine,
  container: LiveContainer,
  name: string,
): Promise<void> {
  if (name === '') throw new EngineError('invalid', 'Neither old nor new names may be empty');
  const newName = allocate(name);
  const oldName = container.record.name;
  if (newName === oldName) {
    throw new EngineError('invalid', 'Renaming a container with the same name as its current name');
  }
  await container.lock.run(async () => {
    // The container may have been removed during the wait. Saving would bring its record back.
    engine.containers.get(container.id);
    engine.containers.reserveName(newName, container.id);
    const before = container.record;
    try {
      await engine.containers.save(container, { ...container.record, name: newName });
    } catch (error) {
      engine.containers.releaseName(newName);
      throw error;
    }
    engine.containers.releaseName(oldName);
    await renameOnNetworks(engine, before, container.record);
    await updateLinkedHosts(engine, container.record);
    publishContainerEvent(engine, container.record, 'rename', { oldName: `/${oldName}` });
  });
}

/**
 * Updates the name servers, which otherwise learn a container's name only when it joins a network.
 * The container keeps its addresses and so its connections.
 */
async function renameOnNetworks(
  engine: Engine,
  before: ContainerRecord,
  after: ContainerRecord,
): Promise<void> {
  for (const [name, endpoint] of Object.entries(after.endpoints)) {
    const network = engine.networks.find(name);
    if (!endpoint.interface || !network || dnsNames(after, network).length === 0) continue;
    try {
      await detachEndpoint(engine, before, name);
      await attachEndpoint(engine, after, name);
    } catch (error) {
      engine.log(`renaming ${after.id} on ${name}`, error);
    }
  }
}

/** Throws EngineError 'invalid' if the name isn't valid for a container. */
function allocate(name: string): string {
  try {
    return parseName(`/${name.replace(/^\//, '')}`);
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    const message = `Error when allocating new name: ${error.message}`;
    throw new EngineError(error.code, message, { cause: error });
  }
}

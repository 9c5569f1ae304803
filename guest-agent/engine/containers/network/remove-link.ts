import { EngineError } from '../../../errors.ts';
import { parseLink } from '../../../grammar/link.ts';
import type { Engine } from '../../engine.ts';
import { updateHosts } from './etc-files.ts';

/**
 * Removes a link on the default bridge, such as `web/db`. The linked container stays. Throws
 * EngineError in Docker's words.
 */
export async function removeLink(engine: Engine, reference: string): Promise<void> {
  engine.containers.get(reference);
  const [, owner, alias] = /^\/?([^/]+)\/(.+)$/.exec(reference) ?? [];
  if (owner === undefined) {
    throw new EngineError(
      'internal',
      'Conflict, cannot remove the default link name of the container',
    );
  }
  const container = engine.containers.get(owner);
  await container.lock.run(async () => {
    // The container may have been removed during the wait. Saving would bring its record back.
    const { record } = engine.containers.get(container.id);
    const Links = record.hostConfig.Links.filter((link) => parseLink(link).alias !== alias);
    const hostConfig = { ...record.hostConfig, Links };
    await engine.containers.save(container, { ...record, hostConfig });
    await updateHosts(engine, container);
  });
}

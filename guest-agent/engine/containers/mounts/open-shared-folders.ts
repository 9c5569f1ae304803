import type { Place } from '../../../shares/shares.ts';
import type { Engine } from '../../engine.ts';
import { hasProcess } from '../record/container.ts';
import { sharedPlaces } from './shared-places.ts';

/** Keeps the shared folders that running containers have mounted open, from now on. */
export function keepSharedFoldersOpen(engine: Engine): void {
  let last = Promise.resolve();
  const refresh = () => {
    last = last
      .then(async () => engine.openFolders.keep(await mountedFolders(engine)))
      .catch((error) => engine.log('keeping shared folders open', error));
  };
  engine.events.listen(({ type, action }) => {
    if (type === 'container' && (action === 'start' || action === 'die')) refresh();
  });
  refresh();
}

/** Await this before the start of a container that mounts the place. */
export async function prepareSharedFolder(engine: Engine, place: Place): Promise<void> {
  if (place.root === undefined || engine.shares.isFromOwnServer(place)) return;
  await engine.openFolders.prepare(place.path);
}

async function mountedFolders(engine: Engine): Promise<string[]> {
  const running = engine.containers.all().filter(({ record }) => hasProcess(record));
  const places = await Promise.all(running.map(({ record }) => sharedPlaces(engine, record)));
  const kept = places.flat().filter((place) => !engine.shares.isFromOwnServer(place));
  return [...new Set(kept.map(({ path }) => path))];
}

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

async function mountedFolders(engine: Engine): Promise<string[]> {
  const running = engine.containers.all().filter(({ record }) => hasProcess(record));
  const places = await Promise.all(running.map(({ record }) => sharedPlaces(engine, record)));
  return [...new Set(places.flat().map(({ path }) => path))];
}

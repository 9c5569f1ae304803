import { relative } from 'node:path';
import type { InShare } from '../../contract/changes.ts';
import type { Engine } from '../engine.ts';
import { hasProcess } from './container.ts';

/** Has the host watch what running containers have mounted of it, from now on. */
export function watchMountedFolders(engine: Engine): void {
  let last = Promise.resolve();
  const refresh = () => {
    last = last
      .then(async () => engine.hostChanges.watch(await mountedFolders(engine)))
      .catch((error) => engine.log('watching shared folders', error));
  };
  engine.events.listen(({ type, action }) => {
    if (type === 'container' && (action === 'start' || action === 'die')) refresh();
  });
  refresh();
}

async function mountedFolders(engine: Engine): Promise<InShare[]> {
  const sources = engine.containers
    .all()
    .filter(({ record }) => hasProcess(record))
    .flatMap(({ record }) => record.mounts.filter(({ type }) => type === 'bind'))
    .map(({ source }) => source);
  const places = await Promise.all(
    [...new Set(sources)].map((source) => engine.shares.find(source).catch(() => undefined)),
  );
  return places.flatMap((place) => {
    const folder = engine.shares.folders.find(
      (each) => engine.shares.mountPoint(each) === place?.root,
    );
    if (!place?.root || !folder) return [];
    return [{ tag: folder.tag, path: relative(place.root, place.path) }];
  });
}

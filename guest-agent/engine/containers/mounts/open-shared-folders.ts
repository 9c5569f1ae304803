import type { Engine } from '../../engine.ts';
import { hasProcess } from '../record/container.ts';

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

async function mountedFolders({ containers, shares, log }: Engine): Promise<string[]> {
  const sources = containers
    .all()
    .filter(({ record }) => hasProcess(record))
    .flatMap(({ record }) => record.mounts.filter(({ type }) => type === 'bind'))
    .map(({ source }) => source);
  const places = await Promise.all(
    [...new Set(sources)].map((source) =>
      shares.find(source).catch((error) => log(`looking for ${source}`, error)),
    ),
  );
  return places.flatMap((place) => (place?.root === undefined ? [] : [place.path]));
}

import type { Place } from '../../../shares/shares.ts';
import type { Engine } from '../../engine.ts';
import { boundDirectory } from '../../volumes/volume.ts';
import type { ContainerRecord, MountPoint } from '../record/container.ts';

/** What a container mounts of the host's shared folders, itself or with a volume. */
export async function sharedPlaces(
  engine: Pick<Engine, 'shares' | 'volumes' | 'log'>,
  { mounts }: Pick<ContainerRecord, 'mounts'>,
): Promise<Place[]> {
  const places = await Promise.all(
    mounts.map(async (point) => {
      const source = hostPath(engine, point);
      if (source === undefined) return undefined;
      // The mount itself reports a path that isn't shared.
      return engine.shares.find(source).catch((error) => {
        engine.log(`looking for ${source}`, error);
        return undefined;
      });
    }),
  );
  return places.flatMap((place) => (place?.root === undefined ? [] : [place]));
}

function hostPath(
  { volumes }: Pick<Engine, 'volumes'>,
  { type, source, name }: MountPoint,
): string | undefined {
  if (type === 'bind') return source;
  const volume = type === 'volume' ? volumes.find(name) : undefined;
  return volume && boundDirectory(volume);
}

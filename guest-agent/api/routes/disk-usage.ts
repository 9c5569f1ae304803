import type { BuildCache } from '../../buildkit/cache/build-cache.ts';
import { imageSize, writableSize } from '../../engine/containers/inspect/size.ts';
import { linkNames } from '../../engine/containers/network/links.ts';
import { volumeUsers } from '../../engine/containers/record/volume-users.ts';
import type { Engine } from '../../engine/engine.ts';
import type { Images } from '../../engine/images/images.ts';
import { EngineError } from '../../errors.ts';
import { directorySize } from '../../runtime/files/directory-size.ts';
import { isBefore } from '../api-version.ts';
import { encodeCacheEntry } from '../encode/cache-entry.ts';
import { containerSummary } from '../encode/container-summary.ts';
import { kindUsage } from '../encode/disk-usage.ts';
import { flag } from '../query.ts';
import { json, type Route } from '../route.ts';
import { imageDiskUsage } from './images.ts';
import { encodeVolume } from './volumes.ts';

const kinds: readonly string[] = ['container', 'image', 'volume', 'build-cache'];

/** `GET /system/df`: the disk space that all kinds of objects use, or only the requested kinds. */
export function diskUsageRoutes(
  engine: Engine,
  images: Images,
  cache: Pick<BuildCache, 'entries'>,
): Route[] {
  return [
    {
      method: 'GET',
      path: '/system/df',
      handle: async ({ query, version }) => {
        const wanted = query.getAll('type');
        for (const kind of wanted) {
          if (!kinds.includes(kind)) {
            throw new EngineError('invalid', `unknown object type: ${kind}`);
          }
        }
        const wants = (kind: string) => wanted.length === 0 || wanted.includes(kind);
        const isLegacy = isBefore(version, '1.52');
        const verbose = !isLegacy && flag(query, 'verbose');
        const all: Objects = {
          ...(wants('image') && { images: imageDiskUsage(images) }),
          ...(wants('container') && { containers: await containerDiskUsage(engine, version) }),
          ...(wants('volume') && { volumes: await volumeDiskUsage(engine) }),
          ...(wants('build-cache') && {
            buildCache: (await cache.entries()).map(encodeCacheEntry),
          }),
        };
        return json({
          ...(verbose ? {} : legacyUsage(all)),
          ...(isLegacy ? {} : usageByKind(all, verbose)),
        });
      },
    },
  ];
}

/** The objects of the requested kinds. */
interface Objects {
  readonly images?: ReturnType<typeof imageDiskUsage>;
  readonly containers?: Awaited<ReturnType<typeof containerDiskUsage>>;
  readonly volumes?: Awaited<ReturnType<typeof volumeDiskUsage>>;
  readonly buildCache?: readonly CacheRecord[];
}

/** A record of the build cache, with the fields that are summed up. */
interface CacheRecord {
  readonly Size: number;
  readonly InUse: boolean;
  readonly Shared: boolean;
}

/**
 * The answer up to API 1.51. Newer clients that don't ask for `verbose` get it too, as from Docker:
 * some ask without a version and read only these fields.
 */
function legacyUsage({ images, containers, volumes, buildCache }: Objects) {
  return {
    LayersSize: images?.LayersSize ?? 0,
    Images: images?.Images ?? null,
    Containers: containers ?? null,
    Volumes: volumes ?? null,
    BuildCache: buildCache ?? null,
  };
}

/** The answer since API 1.52: sums of each kind, and the objects themselves with `verbose`. */
function usageByKind({ images, containers, volumes, buildCache }: Objects, verbose: boolean) {
  return {
    ...(images && {
      ImageUsage: kindUsage(
        images.Images,
        ({ Size: size, SharedSize, Containers }) => ({
          size,
          reclaimable: Containers > 0 ? 0 : size - SharedSize,
          isActive: Containers > 0,
        }),
        { verbose, totalSize: images.LayersSize },
      ),
    }),
    ...(containers && {
      ContainerUsage: kindUsage(
        containers,
        ({ SizeRw: size = 0, State }) => {
          const isActive = ['running', 'paused', 'restarting'].includes(State);
          return { size, reclaimable: isActive ? 0 : size, isActive };
        },
        { verbose },
      ),
    }),
    ...(volumes && {
      VolumeUsage: kindUsage(
        volumes,
        ({ UsageData: { Size: size, RefCount } }) => {
          return { size, reclaimable: RefCount > 0 ? 0 : size, isActive: RefCount > 0 };
        },
        { verbose },
      ),
    }),
    ...(buildCache && {
      BuildCacheUsage: kindUsage(
        buildCache,
        ({ Size: size, InUse, Shared }) => {
          return { size, reclaimable: InUse || Shared ? 0 : size, isActive: InUse };
        },
        { verbose },
      ),
    }),
  };
}

function containerDiskUsage(engine: Engine, version: string) {
  const names = linkNames(engine);
  return Promise.all(
    engine.containers.all().map(async ({ id, record }) => {
      const rw = await writableSize(engine, id);
      const sizes = { rw, rootFs: rw + imageSize(engine, record) };
      return containerSummary(engine, record, sizes, version, names.get(id));
    }),
  );
}

function volumeDiskUsage(engine: Engine) {
  return Promise.all(
    engine.volumes.list().map(async (volume) => ({
      ...encodeVolume(engine, volume),
      UsageData: {
        Size: await directorySize(engine.volumes.mountpoint(volume.name)),
        RefCount: volumeUsers(engine, volume.name).length,
      },
    })),
  );
}

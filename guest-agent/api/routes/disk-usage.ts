import type { BuildCache } from '../../buildkit/cache/build-cache.ts';
import { imageSize, writableSize } from '../../engine/containers/inspect/size.ts';
import { volumeUsers } from '../../engine/containers/record/volume-users.ts';
import type { Engine } from '../../engine/engine.ts';
import type { Images } from '../../engine/images/images.ts';
import { EngineError } from '../../errors.ts';
import { directorySize } from '../../runtime/files/directory-size.ts';
import { encodeCacheEntry } from '../encode/cache-entry.ts';
import { containerSummary } from '../encode/container-summary.ts';
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
      handle: async ({ query }) => {
        const wanted = query.getAll('type');
        for (const kind of wanted) {
          if (!kinds.includes(kind)) {
            throw new EngineError('invalid', `unknown object type: ${kind}`);
          }
        }
        const wants = (kind: string) => wanted.length === 0 || wanted.includes(kind);
        return json({
          ...(wants('image') ? imageDiskUsage(images) : { LayersSize: 0, Images: null }),
          Containers: wants('container') ? await containerDiskUsage(engine) : null,
          Volumes: wants('volume') ? await volumeDiskUsage(engine) : null,
          BuildCache: wants('build-cache') ? (await cache.entries()).map(encodeCacheEntry) : null,
        });
      },
    },
  ];
}

function containerDiskUsage(engine: Engine) {
  return Promise.all(
    engine.containers.all().map(async ({ id, record }) => {
      const rw = await writableSize(engine, id);
      return containerSummary(engine.networks, record, {
        rw,
        rootFs: rw + imageSize(engine, record),
      });
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

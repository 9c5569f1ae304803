import { imageSize, writableSize } from '../../engine/containers/size.ts';
import { volumeUsers } from '../../engine/containers/volume-users.ts';
import type { Engine } from '../../engine/engine.ts';
import type { Images } from '../../engine/images/images.ts';
import { directorySize } from '../../runtime/directory-size.ts';
import { containerSummary } from '../encode/container-summary.ts';
import { json, type Route } from '../route.ts';
import { imageDiskUsage } from './images.ts';
import { encodeVolume } from './volumes.ts';

/** `GET /system/df`: what takes up the machine's disk. */
export function diskUsageRoutes(engine: Engine, images: Images): Route[] {
  return [
    {
      method: 'GET',
      path: '/system/df',
      handle: async () =>
        json({
          ...imageDiskUsage(images),
          Containers: await Promise.all(
            engine.containers.all().map(async ({ id, record }) => {
              const rw = await writableSize(engine, id);
              return containerSummary(engine.networks, record, {
                rw,
                rootFs: rw + imageSize(engine, record),
              });
            }),
          ),
          Volumes: await Promise.all(
            engine.volumes.list().map(async (volume) => ({
              ...encodeVolume(engine, volume),
              UsageData: {
                Size: await directorySize(engine.volumes.mountpoint(volume.name)),
                RefCount: volumeUsers(engine, volume.name).length,
              },
            })),
          ),
          BuildCache: [],
        }),
    },
  ];
}

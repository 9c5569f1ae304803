import * as z from 'zod';
import { checkVolumeDriver } from '../../engine/containers/mounts/mount-points.ts';
import { volumeUsers } from '../../engine/containers/record/volume-users.ts';
import type { Engine } from '../../engine/engine.ts';
import { listVolumes, pruneVolumes } from '../../engine/volumes/list.ts';
import type { Volume } from '../../engine/volumes/volume.ts';
import { filters, flag } from '../query.ts';
import { empty, json, type Route } from '../route.ts';

const labels = z.record(z.string(), z.string()).nullish();
const createSchema = z.object({
  Name: z.string().nullish(),
  Driver: z.string().nullish(),
  Labels: labels,
  DriverOpts: labels,
});

/** Volumes on the data disk. */
export function volumeRoutes(engine: Engine): Route[] {
  const encode = (volume: Volume) => encodeVolume(engine, volume);
  return [
    {
      method: 'GET',
      path: '/volumes',
      handle: async ({ query }) => {
        const chosen = listVolumes(engine, filters(query));
        return json({ Volumes: chosen.map(encode), Warnings: null });
      },
    },
    {
      method: 'POST',
      path: '/volumes/create',
      handle: async ({ json: readBody }) => {
        const { Name, Driver, Labels, DriverOpts } = await readBody(createSchema);
        checkVolumeDriver(Driver ?? '', Name ?? '');
        const volume = await engine.volumes.create(Name ?? '', {
          labels: Labels ?? {},
          options: DriverOpts ?? {},
        });
        return json(encode(volume), 201);
      },
    },
    {
      method: 'POST',
      path: '/volumes/prune',
      handle: async ({ query }) => {
        const { removed, reclaimed } = await pruneVolumes(engine, filters(query));
        return json({ VolumesDeleted: removed, SpaceReclaimed: reclaimed });
      },
    },
    {
      method: 'GET',
      path: '/volumes/:name',
      handle: async ({ params }) => json(encode(engine.volumes.get(params.name ?? ''))),
    },
    {
      method: 'DELETE',
      path: '/volumes/:name',
      handle: async ({ params, query }) => {
        const name = params.name ?? '';
        if (!engine.volumes.has(name) && flag(query, 'force')) return empty();
        await engine.volumes.remove(name, () => volumeUsers(engine, name));
        return empty();
      },
    },
  ];
}

/** `Volume` of the Engine API. */
export function encodeVolume(engine: Engine, volume: Volume) {
  return {
    CreatedAt: volume.createdAt,
    Driver: 'local',
    Labels: orNull(volume.labels),
    Mountpoint: engine.volumes.mountpoint(volume.name),
    Name: volume.name,
    Options: orNull(volume.options),
    Scope: 'local',
  };
}

const orNull = (map: Record<string, string>) => (Object.keys(map).length > 0 ? map : null);

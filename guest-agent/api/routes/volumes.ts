import { z } from 'zod';
import { volumeUsers } from '../../engine/containers/volume-users.ts';
import type { Engine } from '../../engine/engine.ts';
import type { Volume } from '../../engine/volumes.ts';
import { EngineError } from '../../errors.ts';
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
        const { name = [] } = filters(query);
        const chosen = engine.volumes
          .list()
          .filter((volume) => name.length === 0 || name.some((part) => volume.name.includes(part)));
        return json({ Volumes: chosen.map(encode), Warnings: [] });
      },
    },
    {
      method: 'POST',
      path: '/volumes/create',
      handle: async ({ json: readBody }) => {
        const { Name, Driver, Labels, DriverOpts } = await readBody(createSchema);
        if (Driver && Driver !== 'local') {
          throw new EngineError(
            'not-found',
            `error looking up volume plugin ${Driver}: plugin not found`,
          );
        }
        const volume = await engine.volumes.ensure(Name ?? '', {
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
        const everything = filters(query).all?.some((value) => value === 'true' || value === '1');
        const removed: string[] = [];
        for (const { name, anonymous } of engine.volumes.list()) {
          if ((!anonymous && !everything) || volumeUsers(engine, name).length > 0) continue;
          await engine.volumes.remove(name, []);
          removed.push(name);
        }
        return json({ VolumesDeleted: removed, SpaceReclaimed: 0 });
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
        const missing = !engine.volumes.list().some((volume) => volume.name === name);
        if (missing && flag(query, 'force')) return empty();
        await engine.volumes.remove(name, volumeUsers(engine, name));
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
    Labels: volume.labels,
    Mountpoint: engine.volumes.mountpoint(volume.name),
    Name: volume.name,
    Options: volume.options,
    Scope: 'local',
  };
}

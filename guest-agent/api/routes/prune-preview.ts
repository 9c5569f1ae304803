import type { ZodType } from 'zod';
import {
  type EnginePrunePreview,
  type PrunableImage,
  prunedVolumesSchema,
  pruneScopeSchema,
} from '../../contract/endpoints/prune-preview.ts';
import { writableSize } from '../../engine/containers/inspect/size.ts';
import { prunableContainers } from '../../engine/containers/lifecycle/prune.ts';
import type { Engine } from '../../engine/engine.ts';
import type { Images } from '../../engine/images/images.ts';
import { pruneFilter } from '../../engine/images/store/filters.ts';
import type { StoredImage } from '../../engine/images/store/stored-image.ts';
import { imageSize } from '../../engine/images/store/usage.ts';
import { prunableNetworks } from '../../engine/networks/remove.ts';
import { prunableVolumes } from '../../engine/volumes/list.ts';
import { EngineError } from '../../errors.ts';
import { familiarName } from '../../registry/reference.ts';
import { directorySize } from '../../runtime/files/directory-size.ts';
import { filters, flag } from '../query.ts';
import { json, type Route } from '../route.ts';

/**
 * `GET /prune`: what prunes of the requested kinds would remove now, one after the other
 * (docs/engine-api.md). Changes nothing.
 */
export function prunePreviewRoute(engine: Engine, images: Images): Route {
  return {
    method: 'GET',
    path: '/prune',
    handle: async ({ query }) => {
      const wanted = filters(query);
      const containers = flag(query, 'containers') ? prunableContainers(engine, wanted) : [];
      const gone = new Set(containers.map(({ id }) => id));
      const networks = flag(query, 'networks') ? prunableNetworks(engine, wanted) : [];
      const which = choice(query, 'volumes', prunedVolumesSchema);
      const unused = which === 'all' ? { ...wanted, all: ['true'] } : wanted;
      const volumes = which === undefined ? [] : prunableVolumes(engine, unused, gone);
      const scope = choice(query, 'images', pruneScopeSchema);
      const pruned = scope
        ? images.previewPrune({ scope, matches: pruneFilter(images.store, wanted), gone })
        : { images: [], kept: [], bytes: 0 };
      const Containers = await Promise.all(
        containers.map(async ({ id, record }) => ({
          ...{ Id: id, Name: record.name, Size: await writableSize(engine, id) },
        })),
      );
      const Volumes = await Promise.all(
        volumes.map(async ({ name }) => ({
          ...{ Name: name, Size: await directorySize(engine.volumes.mountpoint(name)) },
        })),
      );
      const sizes = [...Containers, ...Volumes].map(({ Size }) => Size);
      const preview: EnginePrunePreview = {
        Containers,
        Networks: networks.map(({ id, name }) => ({ Id: id, Name: name })),
        Volumes,
        Images: pruned.images.map((image) => summary(images, image)),
        ImagesKept: pruned.kept.map((image) => summary(images, image)),
        SpaceReclaimed: sizes.reduce((sum, size) => sum + size, pruned.bytes),
      };
      return json(preview);
    },
  };
}

/** The value of an optional parameter. */
function choice<T>(query: URLSearchParams, name: string, schema: ZodType<T>): T | undefined {
  const value = query.get(name) ?? '';
  if (value === '') return undefined;
  const { data } = schema.safeParse(value);
  if (data === undefined) throw new EngineError('invalid', `invalid value for ${name}: ${value}`);
  return data;
}

function summary(images: Images, image: StoredImage): PrunableImage {
  const tags = images.store.namesOf(image.id).filter(({ tag }) => tag !== undefined);
  return {
    Id: image.id,
    RepoTags: tags.map(familiarName),
    Size: imageSize(images.layers, image),
  };
}

import type { ImagePruneResponse, SystemDataUsageResponse } from '@docker/node-sdk';
import {
  createdAt,
  isIntermediate,
  isListed,
  isPruned,
  isTrue,
} from '../../engine/images/filters.ts';
import type { Images } from '../../engine/images/images.ts';
import { layersSize } from '../../engine/images/usage.ts';
import { imageHistory, imageInspect } from '../encode/image-inspect.ts';
import { countsOf, imageSummary } from '../encode/image-summary.ts';
import { filters, flag } from '../query.ts';
import { empty, json, type Route } from '../route.ts';
import { imagePullRoute } from './images-pull.ts';

export function imageRoutes(images: Images): Route[] {
  return [
    imagePullRoute(images),
    {
      method: 'GET',
      path: '/images/json',
      handle: async ({ query }) => {
        const wanted = filters(query);
        const all = flag(query, 'all');
        const shared = flag(query, 'shared-size');
        return json(
          newestFirst(images)
            .filter((image) => all || !isIntermediate(images.store, image))
            .filter((image) => isListed(images.store, image, wanted))
            .map((image) =>
              imageSummary(images, image, shared ? countsOf(images, image) : undefined),
            ),
        );
      },
    },
    {
      method: 'POST',
      path: '/images/prune',
      handle: async ({ query }) => {
        const { dangling = ['true'], ...others } = filters(query);
        const all = dangling.some((value) => !isTrue('dangling', value));
        const { removed, bytes } = await images.prune(all, (image) =>
          isPruned(images.store, image, others),
        );
        const body: ImagePruneResponse = { ImagesDeleted: [...removed], SpaceReclaimed: bytes };
        return json(body);
      },
    },
    {
      method: 'GET',
      path: '/images/*name/json',
      handle: async ({ params }) => json(imageInspect(images, images.resolve(params.name ?? ''))),
    },
    {
      method: 'GET',
      path: '/images/*name/history',
      handle: async ({ params }) => json(imageHistory(images, images.resolve(params.name ?? ''))),
    },
    {
      method: 'POST',
      path: '/images/*name/tag',
      handle: async ({ params, query }) => {
        const tag = query.get('tag');
        await images.tag(params.name ?? '', `${query.get('repo') ?? ''}${tag ? `:${tag}` : ''}`);
        return empty(201);
      },
    },
    {
      method: 'DELETE',
      path: '/images/*name',
      handle: async ({ params, query }) =>
        json(await images.remove(params.name ?? '', flag(query, 'force'))),
    },
  ];
}

/** The images' part of `GET /system/df`. */
export function imageDiskUsage(
  images: Images,
): Required<Pick<SystemDataUsageResponse, 'LayersSize' | 'Images'>> {
  return {
    LayersSize: layersSize(images.layers),
    Images: newestFirst(images)
      .filter((image) => !isIntermediate(images.store, image))
      .map((image) => imageSummary(images, image, countsOf(images, image))),
  };
}

function newestFirst(images: Images) {
  return images.store.list().sort((a, b) => createdAt(b) - createdAt(a));
}

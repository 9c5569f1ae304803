import type { ImagePruneResponse, ImageSummary } from '../../contract/engine-types.ts';
import type { Images } from '../../engine/images/images.ts';
import { attestationStatements } from '../../engine/images/store/attestations.ts';
import {
  createdAt,
  isIntermediate,
  isOtherPlatform,
  isTrue,
  listFilter,
  pruneFilter,
  shownNames,
} from '../../engine/images/store/filters.ts';
import type { StoredImage } from '../../engine/images/store/stored-image.ts';
import { layersSize } from '../../engine/images/store/usage.ts';
import { EngineError } from '../../errors.ts';
import { nativePlatform } from '../../registry/platform.ts';
import { isBefore } from '../api-version.ts';
import { imageHistory, imageInspect } from '../encode/image-inspect.ts';
import { imageManifests } from '../encode/image-manifests.ts';
import { countContainers, countsOf, imageSummary } from '../encode/image-summary.ts';
import { jsonPlatform, parsePlatformJson } from '../platform-parameter.ts';
import { filters, flag } from '../query.ts';
import { empty, json, type Route } from '../route.ts';
import { imagePullRoute } from './images-pull.ts';

export function imageRoutes(images: Images): Route[] {
  return [
    imagePullRoute(images),
    {
      method: 'GET',
      path: '/images/json',
      handle: async ({ query, version }) => {
        const wanted = filters(query);
        const all = flag(query, 'all');
        const shared = flag(query, 'shared-size');
        const manifests = flag(query, 'manifests');
        const identity = !isBefore(version, '1.54') && flag(query, 'identity');
        if (identity && !manifests) {
          throw new EngineError('invalid', 'conflicting options: identity requires manifests=1');
        }
        return json(
          newestFirst(images)
            .filter((image) => all || !isIntermediate(images.store, image))
            .filter((image) => !isOtherPlatform(images.store, image))
            .filter(listFilter(images.store, wanted))
            .map((image) => ({
              ...listed(
                imageSummary(
                  images,
                  image,
                  shared ? countsOf(images, image) : undefined,
                  shownNames(wanted),
                ),
                version,
                countContainers(images, image),
              ),
              ...(manifests
                ? { Manifests: imageManifests(images, images.store.familyOf(image), identity) }
                : {}),
            })),
        );
      },
    },
    {
      method: 'POST',
      path: '/images/prune',
      handle: async ({ query }) => {
        const { dangling = ['true'], ...others } = filters(query);
        const all = dangling.some((value) => !isTrue('dangling', value));
        // Berth's own filter. Docker's engine ignores it (docs/engine-api.md).
        const scope = flag(query, 'downloaded') ? 'downloaded' : 'dangling';
        const { removed, bytes } = await images.prune({
          scope: all ? 'all' : scope,
          matches: pruneFilter(images.store, others),
        });
        const body: ImagePruneResponse = { ImagesDeleted: [...removed], SpaceReclaimed: bytes };
        return json(body);
      },
    },
    {
      method: 'GET',
      path: '/images/*name/json',
      handle: async ({ params, query, version }) => {
        const name = params.name ?? '';
        const platform = jsonPlatform(query);
        const manifests = flag(query, 'manifests');
        if (manifests && platform !== undefined) {
          throw new EngineError(
            'invalid',
            'conflicting options: manifests and platform options cannot both be set',
          );
        }
        const family =
          platform === undefined
            ? images.store.family(name)
            : { image: images.resolve(name, platform), images: [] };
        return json({
          ...imageInspect(images, family, { isOnePlatform: platform !== undefined, version }),
          ...(manifests ? { Manifests: imageManifests(images, family) } : {}),
        });
      },
    },
    {
      method: 'GET',
      path: '/images/*name/history',
      handle: async ({ params, query }) =>
        json(imageHistory(images, resolveFor(images, params.name ?? '', query))),
    },
    {
      method: 'GET',
      path: '/images/*name/attestations',
      handle: async ({ params, query }) => {
        if (query.getAll('platform').length > 1) {
          throw new EngineError('invalid', 'only one platform value is currently supported');
        }
        const name = params.name ?? '';
        const types = query.getAll('type').map((type) => type.trim());
        return json(
          await attestationStatements(
            images.content,
            images.store.family(name),
            images.resolve(name, jsonPlatform(query) ?? nativePlatform()),
            { types: types.filter(Boolean), withStatements: flag(query, 'statement') },
          ),
        );
      },
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
      handle: async ({ params, query }) => {
        const name = params.name ?? '';
        const platforms = query.getAll('platforms').map(parsePlatformJson);
        const force = flag(query, 'force');
        // As in Docker, without an index there is only one platform to remove.
        const [first] = platforms;
        const isOnly = first !== undefined && images.store.family(name).index === undefined;
        if (isOnly) images.resolve(name, first);
        if (first === undefined || isOnly) return json(await images.remove(name, force));
        if (!force) {
          throw new EngineError(
            'invalid',
            'Content will be removed from all images referencing this variant. Use —-force to force delete.',
          );
        }
        return json(await images.removePlatforms(name, platforms));
      },
    },
  ];
}

/** The form of an image in a list that the client's version of the API has. */
function listed(summary: ImageSummary, version: string, containers: number) {
  const { Descriptor, ...others } = summary;
  return {
    ...others,
    ...(isBefore(version, '1.48') ? {} : { Descriptor }),
    ...(isBefore(version, '1.51') ? {} : { Containers: containers }),
    ...(isBefore(version, '1.44') ? { VirtualSize: summary.Size } : {}),
  };
}

/** Finds an image by name, for the platform in the query if there is one. */
function resolveFor(images: Images, name: string, query: URLSearchParams): StoredImage {
  return images.resolve(name, jsonPlatform(query));
}

/** The images' part of `GET /system/df`, in the form that the Engine API has up to 1.51. */
export function imageDiskUsage(images: Images): { LayersSize: number; Images: ImageSummary[] } {
  return {
    LayersSize: layersSize(images.layers),
    Images: newestFirst(images)
      .filter((image) => !isIntermediate(images.store, image))
      .filter((image) => !isOtherPlatform(images.store, image))
      .map((image) => imageSummary(images, image, countsOf(images, image))),
  };
}

function newestFirst(images: Images) {
  return images.store.list().sort((a, b) => createdAt(b) - createdAt(a));
}

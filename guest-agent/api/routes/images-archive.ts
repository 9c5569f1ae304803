import * as z from 'zod';
import { configChange } from '../../build/config-change.ts';
import { commitContainer } from '../../engine/containers/files/commit.ts';
import { containerConfigSchema } from '../../engine/containers/request/config.ts';
import type { Engine } from '../../engine/engine.ts';
import { loadImages } from '../../engine/images/archives/load.ts';
import { saveImages } from '../../engine/images/archives/save.ts';
import type { Images } from '../../engine/images/images.ts';
import { EngineError } from '../../errors.ts';
import { parseReference, type Reference, withDefaultTag } from '../../registry/reference.ts';
import { messageLines } from '../message-lines.ts';
import { jsonPlatforms } from '../platform-parameter.ts';
import { flag } from '../query.ts';
import { json, type Reply, type Route } from '../route.ts';

/** Old Go clients send `null` if they have no configuration. Newer ones send no body. */
const commitBodySchema = z.looseObject({}).nullish();

/** Creates images from containers, and saves and loads images as archives. */
export function imageArchiveRoutes(engine: Engine, images: Images): Route[] {
  const save = (names: readonly string[], query: URLSearchParams, version: string): Reply => ({
    kind: 'stream',
    contentType: 'application/x-tar',
    body: saveImages(images, names, jsonPlatforms(query, version)),
  });
  return [
    {
      method: 'POST',
      path: '/commit',
      handle: async ({ query, json: body }) => {
        const container = engine.containers.get(query.get('container') ?? '');
        const config = await body(commitBodySchema);
        const image = await commitContainer(engine, images, container, {
          name: newName(query.get('repo'), query.get('tag')),
          config:
            Object.keys(config ?? {}).length > 0 ? containerConfigSchema.parse(config) : undefined,
          change: configChange(query.getAll('changes')),
          author: query.get('author') ?? '',
          comment: query.get('comment') ?? '',
          pause: flag(query, 'pause', true),
        });
        return json({ Id: image.id }, 201);
      },
    },
    {
      method: 'GET',
      path: '/images/get',
      handle: async ({ query, version }) => {
        const names = query.getAll('names');
        if (names.length === 0) throw new EngineError('invalid', 'no images to save');
        return save(names, query, version);
      },
    },
    {
      method: 'GET',
      path: '/images/*name/get',
      handle: async ({ params, query, version }) => save([params.name ?? ''], query, version),
    },
    {
      method: 'POST',
      path: '/images/load',
      handle: async ({ query, body, signal, version }) => ({
        kind: 'stream',
        contentType: 'application/json',
        body: messageLines(
          loadImages(
            images,
            body,
            { quiet: flag(query, 'quiet'), platforms: jsonPlatforms(query, version) },
            signal,
          ),
          undefined,
          // Docker reports problems of an archive in the stream, even before the first line.
          { begun: true },
        ),
      }),
    },
  ];
}

/** `repo` and `tag` of a request that names a new image. Throws EngineError 'invalid'. */
export function newName(repo: string | null, tag: string | null): Reference | undefined {
  if (!repo) return undefined;
  const reference = parseReference(tag ? `${repo}:${tag}` : repo);
  if (reference.digest !== undefined) {
    throw new EngineError('invalid', 'cannot import digest reference');
  }
  return withDefaultTag(reference);
}

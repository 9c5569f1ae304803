import { configChange } from '../../build/config-change.ts';
import { importImage } from '../../engine/images/archives/import.ts';
import type { Images } from '../../engine/images/images.ts';
import { EngineError } from '../../errors.ts';
import { parseCredentials } from '../../registry/auth/credentials.ts';
import { nativePlatform, parsePlatform } from '../../registry/platform.ts';
import { parseReference, type Reference } from '../../registry/reference.ts';
import { parseRegistryConfig } from '../../registry/registry-config.ts';
import { messageLines } from '../message-lines.ts';
import type { Route } from '../route.ts';
import { newName } from './images-archive.ts';

/** `POST /images/create`: pulls from a registry, or imports an archive. */
export function imagePullRoute(images: Images): Route {
  return {
    method: 'POST',
    path: '/images/create',
    handle: async (asked) => {
      const { query, message, signal } = asked;
      const auth = message.headers['x-registry-auth'];
      const registries = message.headers['x-registry-config'];
      const wanted = query.get('platform');
      const platform = wanted ? parsePlatform(wanted) : undefined;
      const source = query.get('fromSrc');
      if (source && !query.get('fromImage')) {
        const request = {
          ...{ source, body: asked.body, change: configChange(query.getAll('changes')) },
          platform: platform ?? nativePlatform(),
          name: newName(query.get('repo'), query.get('tag')),
          message: query.get('message') ?? '',
        };
        const body = messageLines(importImage(images, request, signal));
        return { kind: 'stream', contentType: 'application/json', body };
      }
      const progress = images.pull(
        {
          reference: pullReference(query),
          platform,
          credentials: parseCredentials(Array.isArray(auth) ? auth[0] : auth),
          mirrorCredentials: parseRegistryConfig([registries ?? []].flat()[0]),
        },
        signal,
      );
      return { kind: 'stream', contentType: 'application/json', body: messageLines(progress) };
    },
  };
}

/** The name is in one parameter or in two. The second can be a digest, or empty for all tags. */
function pullReference(query: URLSearchParams): Reference {
  const name = query.get('fromImage');
  if (!name) throw new EngineError('invalid', 'fromImage or fromSrc is required');
  const reference = parseReference(name.replace(/:$/, ''));
  const tag = query.get('tag');
  if (!tag) return reference;
  const { domain, path } = reference;
  return parseReference(`${domain}/${path}${tag.includes(':') ? '@' : ':'}${tag}`);
}

import type { Images } from '../../engine/images/images.ts';
import type { ProgressMessage } from '../../engine/images/progress.ts';
import { EngineError } from '../../errors.ts';
import { parseCredentials } from '../../registry/credentials.ts';
import { nativePlatform, parsePlatform } from '../../registry/platform.ts';
import { parseReference, type Reference, withDefaultTag } from '../../registry/reference.ts';
import type { Route } from '../route.ts';
import { apiError } from '../status.ts';

/** `POST /images/create` */
export function imagePullRoute(images: Images): Route {
  return {
    method: 'POST',
    path: '/images/create',
    handle: async ({ query, message, signal }) => {
      const auth = message.headers['x-registry-auth'];
      const platform = query.get('platform');
      const progress = images.pull(
        {
          reference: pullReference(query),
          platform: platform ? parsePlatform(platform) : nativePlatform(),
          credentials: parseCredentials(Array.isArray(auth) ? auth[0] : auth),
        },
        signal,
      );
      return { kind: 'stream', contentType: 'application/json', body: messageLines(progress) };
    },
  };
}

/** The name comes in one parameter or in two; the second may be a digest. */
function pullReference(query: URLSearchParams): Reference {
  const name = query.get('fromImage');
  if (!name) throw new EngineError('not-implemented', 'importing an image is not supported yet');
  const reference = parseReference(name);
  const tag = query.get('tag');
  if (!tag) return withDefaultTag(reference);
  const { domain, path } = reference;
  return parseReference(`${domain}/${path}${tag.includes(':') ? '@' : ':'}${tag}`);
}

/** One JSON document a line. A failure after the first line becomes a line itself. */
async function* messageLines(progress: AsyncIterable<ProgressMessage>): AsyncGenerator<string> {
  let begun = false;
  try {
    for await (const message of progress) {
      begun = true;
      yield `${JSON.stringify(message)}\r\n`;
    }
  } catch (error) {
    if (!begun) throw error;
    const { message } = apiError(error);
    yield `${JSON.stringify({ errorDetail: { message }, error: message })}\r\n`;
  }
}

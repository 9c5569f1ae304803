import { EngineError } from '../../../errors.ts';
import {
  canonicalName,
  familiarName,
  parseReference,
  type Reference,
  withDefaultTag,
} from '../../../registry/reference.ts';

/**
 * Finds an image by its full ID, by a name, or by the beginning of its ID, in this order. `ids` has
 * every ID of an image, which can be several. Throws EngineError 'not-found', or 'invalid' if
 * several IDs match.
 */
export function resolveImage<T>(
  text: string,
  ids: ReadonlyMap<string, T>,
  named: (canonicalName: string) => T | undefined,
): T {
  const whole = ids.get(text.startsWith('sha256:') ? text : `sha256:${text}`);
  if (whole !== undefined) return whole;

  const reference = parse(text);
  if (reference !== undefined) {
    const image = named(canonicalName(lookup(reference)));
    if (image !== undefined) return image;
  }

  const prefix = text.replace(/^sha256:/, '');
  const matches = /^[0-9a-f]+$/.test(prefix)
    ? [...ids].filter(([id]) => id.startsWith(`sha256:${prefix}`))
    : [];
  const [match, second] = matches;
  if (second !== undefined) {
    throw new EngineError('invalid', `multiple IDs found with provided prefix: ${prefix}`);
  }
  if (match !== undefined) return match[1];
  throw new EngineError(
    'not-found',
    `No such image: ${reference === undefined ? text : familiarName(reference)}`,
  );
}

function parse(text: string): Reference | undefined {
  try {
    return withDefaultTag(parseReference(text));
  } catch (error) {
    if (error instanceof EngineError) return undefined;
    throw error;
  }
}

/** With both, the digest selects the image. The tag is only informative. */
function lookup({ domain, path, tag, digest }: Reference): Reference {
  if (digest !== undefined) return { domain, path, digest };
  return tag === undefined ? { domain, path } : { domain, path, tag };
}

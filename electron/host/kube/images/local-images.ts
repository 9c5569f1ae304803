import {
  canonicalReference,
  isReference,
  parseReference,
  sameRepository,
} from '../../../../guest-agent/grammar/reference.ts';
import type { EngineClient } from '../../engine/connection/client.ts';
import { inspectImageIfPresent } from '../../engine/images.ts';

/**
 * Which of these images Berth's engine has, but no registry that is known: images that were built
 * or loaded here, and neither pulled nor pushed under their name.
 */
export async function localImages(
  engine: EngineClient,
  images: readonly string[],
): Promise<string[]> {
  const found = await Promise.all(
    images.filter(isReference).map(async (image) => {
      const inspection = await inspectImageIfPresent(engine, image);
      if (!inspection) return [];
      const own = parseReference(image);
      const isKnown = inspection.RepoDigests.some(
        (digest) => isReference(digest) && sameRepository(parseReference(digest), own),
      );
      return isKnown ? [] : [image];
    }),
  );
  return found.flat();
}

/** `registry.example.com/team/web:1` for `web:1` and `registry.example.com/team`. */
export function nameInRegistry(image: string, registry: string): string {
  const { path, tag = 'latest' } = parseReference(canonicalReference(image));
  const name = path.replace(/^library\//, '');
  return `${registry.replace(/\/+$/, '')}/${name}:${tag}`;
}

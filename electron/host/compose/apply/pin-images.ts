import {
  canonicalName,
  parseReference,
  withDefaultTag,
} from '../../../../guest-agent/grammar/reference.ts';
import { registryAuth } from '../../credentials/registry-auth.ts';
import { registryDigest } from '../../engine/images.ts';
import type { ComposeHost } from './compose-host.ts';

/** The full name of an image with the digest that it has at its registry. Rejects with HostError. */
export async function pinnedImage(
  { engine, credentials }: Pick<ComposeHost, 'engine' | 'credentials'>,
  image: string,
): Promise<string> {
  const reference = parseReference(image);
  // A tag beside a digest has no effect.
  const { tag: _, ...untagged } = reference;
  if (reference.digest !== undefined) return canonicalName(untagged);
  const full = withDefaultTag(reference);
  const name = canonicalName(full);
  const digest = await registryDigest(engine, name, await registryAuth(credentials, image));
  return canonicalName({ ...full, digest });
}

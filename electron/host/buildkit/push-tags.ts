import { canonicalReference, splitTag } from '../../../guest-agent/grammar/reference.ts';
import { HostError } from '../base/errors.ts';
import { registryAuth } from '../credentials/registry-auth.ts';
import type { CredentialStore } from '../credentials/store.ts';
import type { EngineClient } from '../engine/connection/client.ts';
import { pushImage } from '../engine/image-archives.ts';

/** Pushes the images that a build named. Yields lines for the user. */
export async function* pushTags(
  host: { readonly engine: EngineClient; readonly credentials: CredentialStore },
  tags: readonly string[],
  signal: AbortSignal,
): AsyncGenerator<string> {
  for (const image of tags) {
    const { name, tag = 'latest' } = splitTag(image);
    yield `pushing ${canonicalReference(image)}`;
    const auth = await registryAuth(host.credentials, name);
    for await (const { status, id } of pushImage(host.engine, name, { tag }, auth)) {
      if (signal.aborted) throw new HostError('cancelled', 'the push was cancelled');
      if (id === undefined && status !== undefined) yield status;
    }
  }
}

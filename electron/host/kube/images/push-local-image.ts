import {
  isReference,
  parseReference,
  sameRepository,
  splitTag,
} from '../../../../guest-agent/grammar/reference.ts';
import { registryAuth } from '../../credentials/registry-auth.ts';
import type { CredentialStore } from '../../credentials/store.ts';
import type { EngineClient } from '../../engine/connection/client.ts';
import { pushImage, type StreamedMessage } from '../../engine/image-archives.ts';
import { inspectImage, tagImage } from '../../engine/images.ts';

/**
 * Pushes an image under another name, and yields the progress. Returns the name with the digest, so
 * that a cluster notices each new build.
 */
export async function* pushLocalImage(
  engine: EngineClient,
  credentials: CredentialStore,
  image: string,
  target: string,
  signal: AbortSignal,
): AsyncGenerator<StreamedMessage, string> {
  await tagImage(engine, image, target);
  const { name, tag = 'latest' } = splitTag(target);
  const auth = await registryAuth(credentials, name);
  yield* pushImage(engine, name, { tag, signal }, auth);
  const { RepoDigests } = await inspectImage(engine, target);
  const pushed = parseReference(name);
  const digests = RepoDigests.filter(isReference).map(parseReference);
  const digest = digests.find((each) => sameRepository(each, pushed))?.digest;
  return digest === undefined ? target : `${target}@${digest}`;
}

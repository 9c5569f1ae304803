import { EngineError } from '../../../errors.ts';
import { mediaTypes } from '../../../registry/manifest.ts';
import type { Platform } from '../../../registry/platform.ts';
import {
  familiarName,
  familiarRepository,
  parseReference,
  type Reference,
  sameRepository,
} from '../../../registry/reference.ts';
import { tarMember } from '../../../store/tar/member.ts';
import { type TarItem, writeTar } from '../../../store/tar/writer.ts';
import type { Images } from '../images.ts';
import { localManifest } from '../store/commit.ts';
import { requirePlatform } from '../store/platform.ts';
import type { StoredImage } from '../store/stored-image.ts';
import {
  blobPath,
  digestHex,
  layoutDirectories,
  layoutFile,
  layoutJson,
  layoutVersion,
  nameAnnotations,
} from './layout-items.ts';

/** An image of an archive, with its tags there. */
interface Saved {
  readonly image: StoredImage;
  readonly tags: Reference[];
}

/**
 * The images as one tar: an OCI image layout, plus the documents that older versions of Docker
 * need. The same images give the same bytes. Throws EngineError 'not-found' before the stream
 * begins.
 */
export function saveImages(
  images: Images,
  names: readonly string[],
  platform?: Platform,
): AsyncGenerator<Buffer> {
  const chosen = new Map<string, Saved>();
  for (const name of names) {
    for (const { image, tags } of meantBy(images, name)) {
      requirePlatform(image, name, platform);
      const known = chosen.get(image.id)?.tags ?? [];
      chosen.set(image.id, { image, tags: [...new Set([...known, ...tags])] });
    }
  }
  return archive(images, [...chosen.values()]);
}

/** A name without a tag means every tag of its repository. */
function meantBy(images: Images, name: string): Saved[] {
  const reference = parseOrUndefined(name);
  if (reference !== undefined && reference.tag === undefined && reference.digest === undefined) {
    const found = images.store.list().map((image) => ({
      image,
      tags: images.store
        .namesOf(image.id)
        .filter((one) => one.tag !== undefined && sameRepository(one, reference)),
    }));
    const tagged = found.filter(({ tags }) => tags.length > 0);
    return tagged.length > 0 ? tagged : [{ image: resolveId(images, name), tags: [] }];
  }
  const image = images.resolve(name);
  const isTag = reference?.tag !== undefined && images.store.named(reference)?.id === image.id;
  return [{ image, tags: isTag ? [reference] : [] }];
}

/** Finds an image by an ID that looks like a name without a tag. The error doesn't add a tag. */
function resolveId(images: Images, name: string): StoredImage {
  try {
    return images.resolve(name);
  } catch (error) {
    if (!(error instanceof EngineError && error.code === 'not-found')) throw error;
    throw new EngineError('not-found', `No such image: ${name}`, { cause: error });
  }
}

function parseOrUndefined(name: string): Reference | undefined {
  try {
    return parseReference(name);
  } catch (error) {
    if (error instanceof EngineError) return undefined;
    throw error;
  }
}

async function* archive(images: Images, saved: readonly Saved[]): AsyncGenerator<Buffer> {
  using stack = new DisposableStack();
  for (const { image } of saved) stack.use(images.hold(image));
  yield* writeTar(items(images, saved));
  for (const { image } of saved) images.publish('save', image.id, image.id);
}

async function* items(images: Images, saved: readonly Saved[]): AsyncGenerator<TarItem> {
  yield* layoutDirectories();
  const written = new Set<string>();
  const isNew = (digest: string) => !written.has(digest) && written.add(digest);
  const manifests: object[] = [];
  const entries: object[] = [];
  const repositories: Record<string, Record<string, string>> = {};
  for (const { image, tags } of saved) {
    const config = await images.content.read(image.id);
    const sizeOf = (diffId: string) => images.layers.get(diffId)?.size ?? 0;
    const { bytes, digest, mediaType } = localManifest(config, image.layers, sizeOf);
    for (const diffId of image.layers) {
      if (!isNew(diffId)) continue;
      const member = tarMember({ name: blobPath(diffId), type: 'file', size: sizeOf(diffId) });
      yield { member, content: layerOf(images, diffId) };
    }
    if (isNew(image.id)) yield layoutFile(blobPath(image.id), config);
    if (isNew(digest)) yield layoutFile(blobPath(digest), bytes);
    const { os, architecture } = image;
    const descriptor = { mediaType, digest, size: bytes.length };
    const platform = { architecture, os };
    for (const tag of tags) {
      manifests.push({ ...descriptor, annotations: nameAnnotations(tag), platform });
      const repository = familiarRepository(tag);
      const top = image.layers.at(-1) ?? image.id;
      repositories[repository] = { ...repositories[repository], [tag.tag ?? '']: digestHex(top) };
    }
    if (tags.length === 0) manifests.push({ ...descriptor, platform });
    entries.push({
      Config: blobPath(image.id),
      RepoTags: tags.length === 0 ? null : tags.map(familiarName),
      Layers: image.layers.map(blobPath),
    });
  }
  yield layoutJson('index.json', { schemaVersion: 2, mediaType: mediaTypes.ociIndex, manifests });
  yield layoutJson('manifest.json', entries);
  yield layoutVersion();
  if (Object.keys(repositories).length > 0) yield layoutJson('repositories', repositories);
}

/** Opened only when it is read. */
async function* layerOf(images: Images, diffId: string): AsyncGenerator<Buffer> {
  yield* (await images.layers.open(diffId)) as AsyncIterable<Buffer>;
}

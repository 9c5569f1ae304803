import { EngineError } from '../../../errors.ts';
import { type Descriptor, mediaTypes } from '../../../registry/manifest.ts';
import type { RawManifest } from '../../../registry/origin.ts';
import { choosePlatform, type Platform, platformName } from '../../../registry/platform.ts';
import {
  familiarName,
  familiarRepository,
  parseReference,
  type Reference,
  sameRepository,
} from '../../../registry/reference.ts';
import { digestHex } from '../../../store/digest.ts';
import { tarMember } from '../../../store/tar/member.ts';
import { type TarItem, writeTar } from '../../../store/tar/writer.ts';
import type { Images } from '../images.ts';
import { localManifest } from '../store/commit.ts';
import { type Family, preferredImage } from '../store/families.ts';
import { rewriteIndex } from '../store/rewrite-index.ts';
import { manifestDigests, type StoredImage } from '../store/stored-image.ts';
import { attestedManifest, type StoredIndex } from '../store/stored-index.ts';
import {
  blobPath,
  layoutDirectories,
  layoutFile,
  layoutJson,
  layoutVersion,
  nameAnnotations,
} from './layout-items.ts';

/** An image of an archive, with its platforms and its tags there. */
interface Saved extends Family {
  readonly tags: Reference[];
}

/**
 * The images as one tar: an OCI image layout, plus the documents that older versions of Docker
 * need. The same images give the same bytes. The archive has every stored platform of an image, or
 * the given platforms. Throws EngineError 'not-found' before the stream begins.
 */
export function saveImages(
  images: Images,
  names: readonly string[],
  platforms: readonly Platform[] = [],
): AsyncGenerator<Buffer> {
  const chosen = new Map<string, Saved>();
  for (const name of names) {
    for (const { tags, ...family } of meantBy(images, name)) {
      const saved = onPlatforms(family, platforms);
      const key = `${saved.image.id} ${saved.index?.digest}`;
      const known = chosen.get(key)?.tags ?? [];
      chosen.set(key, { ...saved, tags: [...new Set([...known, ...tags])] });
    }
  }
  return archive(images, [...chosen.values()]);
}

function onPlatforms(family: Family, platforms: readonly Platform[]): Family {
  if (platforms.length === 0) return family;
  const chosen = platforms.map((platform) => {
    const image = family.images[choosePlatform(platform, family.images)];
    if (image === undefined) {
      const wanted = platformName(platform);
      throw new EngineError('not-found', `no suitable export target found for platform ${wanted}`);
    }
    return image;
  });
  const images = [...new Set(chosen)];
  const image = preferredImage(images);
  if (image === undefined) return family;
  // One platform is saved as an image of its own, which every version of Docker can load.
  if (images.length === 1) return { image, images };
  return { ...family, image, images };
}

/** A name without a tag means every tag of its repository. */
function meantBy(images: Images, name: string): Saved[] {
  const reference = parseOrUndefined(name);
  if (reference !== undefined && reference.tag === undefined && reference.digest === undefined) {
    const tags = images.store
      .list()
      .flatMap((image) => images.store.namesOf(image.id))
      .filter((one) => one.tag !== undefined && sameRepository(one, reference));
    const tagged = tags.flatMap((tag) => {
      const family = images.store.namedFamily(tag);
      return family ? [{ ...family, tags: [tag] }] : [];
    });
    return tagged.length > 0 ? tagged : [{ ...resolveId(images, name), tags: [] }];
  }
  const family = images.store.family(name);
  const named = reference?.tag === undefined ? undefined : images.store.namedFamily(reference);
  const isTag = reference !== undefined && named?.image.id === family.image.id;
  return [{ ...family, tags: isTag ? [reference] : [] }];
}

/** Finds an image by an ID that looks like a name without a tag. The error doesn't add a tag. */
function resolveId(images: Images, name: string): Family {
  try {
    return images.store.family(name);
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
  for (const { images: platforms, index } of saved) {
    for (const image of platforms) stack.use(images.hold(image, index?.blobs));
  }
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
  for (const { image, images: platforms, index, tags } of saved) {
    const stored = new Map<string, RawManifest>();
    for (const each of platforms) {
      const config = await images.content.read(each.id);
      const sizeOf = (diffId: string) => images.layers.get(diffId)?.size ?? 0;
      const raw = localManifest(config, each.layers, sizeOf);
      for (const diffId of each.layers) {
        if (!isNew(diffId)) continue;
        const member = tarMember({ name: blobPath(diffId), type: 'file', size: sizeOf(diffId) });
        yield { member, content: layerOf(images, diffId) };
      }
      if (isNew(each.id)) yield layoutFile(blobPath(each.id), config);
      if (isNew(raw.digest)) yield layoutFile(blobPath(raw.digest), raw.bytes);
      stored.set(each.id, raw);
    }
    const whole = index && needsIndex(platforms, index) ? index : undefined;
    const top = whole
      ? await savedIndex(images, whole, platforms, stored)
      : { raw: stored.get(image.id), blobs: [] };
    for (const { digest, bytes } of top.blobs)
      if (isNew(digest)) yield layoutFile(blobPath(digest), bytes);
    if (top.raw === undefined) continue;
    const { digest, mediaType, bytes } = top.raw;
    if (whole && isNew(digest)) yield layoutFile(blobPath(digest), bytes);
    const { os, architecture } = image;
    const descriptor = { mediaType, digest, size: bytes.length };
    const platform = whole ? undefined : { architecture, os };
    for (const tag of tags) {
      manifests.push({
        ...descriptor,
        annotations: nameAnnotations(tag),
        ...(platform && { platform }),
      });
      const repository = familiarRepository(tag);
      const top = image.layers.at(-1) ?? image.id;
      repositories[repository] = { ...repositories[repository], [tag.tag ?? '']: digestHex(top) };
    }
    if (tags.length === 0) manifests.push({ ...descriptor, ...(platform && { platform }) });
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

/** Whether an archive of these platforms has the index. One image alone doesn't need it. */
function needsIndex(platforms: readonly StoredImage[], { blobs }: StoredIndex): boolean {
  return platforms.length > 1 || blobs.length > 1;
}

/** The index of the archive's manifests, and the attestations of its images. */
async function savedIndex(
  images: Images,
  index: StoredIndex,
  platforms: readonly StoredImage[],
  stored: ReadonlyMap<string, RawManifest>,
) {
  const places = new Map<string, Descriptor>();
  for (const image of platforms) {
    const raw = stored.get(image.id);
    if (raw === undefined) continue;
    const { mediaType, digest, bytes } = raw;
    for (const own of manifestDigests(image)) {
      places.set(own, { mediaType, digest, size: bytes.length });
    }
  }
  const attestations = index.manifests.filter(
    (entry) => places.has(attestedManifest(entry) ?? '') && images.content.has(entry.digest),
  );
  for (const entry of attestations) places.set(entry.digest, entry);
  const bytes = await images.content.read(index.digest);
  const digests = attestations.length > 0 ? index.blobs.slice(1) : [];
  const blobs = await Promise.all(
    digests.map(async (digest) => ({ digest, bytes: await images.content.read(digest) })),
  );
  return { raw: rewriteIndex({ ...index, bytes }, places), blobs };
}

/** Opened only when it is read. */
async function* layerOf(images: Images, diffId: string): AsyncGenerator<Buffer> {
  yield* (await images.layers.open(diffId)) as AsyncIterable<Buffer>;
}

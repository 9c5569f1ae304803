import { EngineError } from '../../../errors.ts';
import {
  blobTypes,
  type Descriptor,
  mediaTypes,
  parseManifest,
} from '../../../registry/manifest.ts';
import type { RawManifest } from '../../../registry/origin.ts';
import { choosePlatform, type Platform } from '../../../registry/platform.ts';
import type { PushClient } from '../../../registry/push-client.ts';
import { familiarName, type Reference, sameRepository } from '../../../registry/reference.ts';
import type { ContentStore } from '../../../store/content.ts';
import { sha256 } from '../../../store/digest.ts';
import { inParallel } from '../../parallel.ts';
import type { Family } from '../store/families.ts';
import type { ImageStore } from '../store/image-store.ts';
import { missingPlatform } from '../store/platform.ts';
import { rewriteIndex } from '../store/rewrite-index.ts';
import { manifestDigests, type StoredImage } from '../store/stored-image.ts';
import { isImageEntry, type StoredIndex } from '../store/stored-index.ts';
import type { CompressedLayers } from './compressed-layers.ts';
import { shortName } from './layer-downloads.ts';
import { originalManifest } from './original-manifest.ts';
import { type ProgressMessage, type Report, step, withProgress } from './progress.ts';
import { reuseBlob, uploadBlob } from './push-blob.ts';
import { PARALLEL_BLOBS } from './push-content.ts';

/** The result of a push, in addition to its progress. */
export interface PushAux {
  readonly progressDetail: object;
  readonly aux:
    | { readonly Tag: string; readonly Digest: string; readonly Size: number }
    | InsteadOfIndex;
}

/** Some platforms of an index aren't stored, so one of the others was pushed alone. */
interface InsteadOfIndex {
  readonly manifestPushedInsteadOfIndex: true;
  readonly originalIndex: Descriptor;
  readonly selectedManifest: Descriptor;
}

export interface PushContext {
  readonly store: ImageStore;
  readonly content: ContentStore;
  readonly compressed: CompressedLayers;
  /** `sources` are repositories of the same registry. */
  readonly connect: (repository: Reference, sources: readonly string[]) => PushClient;
  /** Keeps an image's layers and blobs until disposed of. */
  readonly hold: (image: StoredImage, index: StoredIndex | undefined) => Disposable;
  /** Called with the digest under which the registry now has the image. */
  readonly pushed: (image: StoredImage, reference: Reference, digest: string) => Promise<void>;
}

/**
 * Pushes an image under its tag; without a tag, all tags of the repository. With a platform, pushes
 * only the image for it; otherwise the index, if all its platforms are stored.
 */
export async function* pushImages(
  context: PushContext,
  reference: Reference,
  platform: Platform | undefined,
  signal: AbortSignal,
): AsyncGenerator<ProgressMessage | PushAux> {
  const { domain, path } = reference;
  yield { status: `The push refers to repository [${domain}/${path}]` };
  const tagged = context.store.list().flatMap((image) =>
    context.store
      .namesOf(image.id)
      .filter((name) => sameRepository(name, reference) && name.tag !== undefined)
      .map((name) => ({ image, name })),
  );
  if (tagged.length === 0) {
    throw new EngineError(
      'not-found',
      `An image does not exist locally with the tag: ${familiarName({ domain, path })}`,
    );
  }
  const wanted = tagged.filter(({ name }) => [undefined, name.tag].includes(reference.tag));
  if (wanted.length === 0) {
    throw new EngineError('not-found', `tag does not exist: ${familiarName(reference)}`);
  }
  const chosen = wanted.map(({ image, name }) => {
    const family = context.store.namedFamily(name) ?? { image, images: [image] };
    if (platform === undefined) return { family, name };
    const found = family.images[choosePlatform(platform, family.images)];
    if (found === undefined) throw missingPlatform(family.images, familiarName(name), platform);
    return { family: { image: found, images: [found] }, name };
  });
  for (const { family, name } of chosen) yield* pushOne(context, family, name, signal);
}

async function* pushOne(
  context: PushContext,
  { image, images, index }: Family,
  name: Reference,
  signal: AbortSignal,
): AsyncGenerator<ProgressMessage | PushAux> {
  using stack = new DisposableStack();
  for (const each of images) stack.use(context.hold(each, index));
  const tag = name.tag ?? 'latest';
  const sources = sourcesOf(context.store, image, name);
  const client = context.connect(name, sources);
  const whole = index && isWhole(images, index) ? index : undefined;
  let manifest: RawManifest | undefined;
  yield* withProgress(signal, async (report, inner) => {
    const push = (each: StoredImage) => pushBlobs(context, client, each, sources, report, inner);
    manifest = whole
      ? await pushMembers(context, client, images, whole, push, inner)
      : await push(image);
    await client.putManifest(tag, manifest, inner);
  });
  if (manifest === undefined) return;
  const { digest, bytes, mediaType } = manifest;
  await context.pushed(image, name, digest);
  yield { status: `${tag}: digest: ${digest} size: ${bytes.length}` };
  yield { progressDetail: {}, aux: { Tag: tag, Digest: digest, Size: bytes.length } };
  if (index === undefined || whole || images.length === 1) return;
  const originalIndex = { mediaType: index.mediaType, digest: index.digest, size: index.size };
  const selectedManifest = { mediaType, digest, size: bytes.length };
  const aux = { manifestPushedInsteadOfIndex: true, originalIndex, selectedManifest } as const;
  yield { progressDetail: {}, aux };
}

/** Whether every image of the index is stored. */
function isWhole(images: readonly StoredImage[], { manifests }: StoredIndex): boolean {
  const stored = new Set(images.flatMap(manifestDigests));
  return manifests.filter(isImageEntry).every(({ digest }) => stored.has(digest));
}

/** Pushes the images and attestations of an index. Returns the index of what was pushed. */
async function pushMembers(
  { content }: PushContext,
  client: PushClient,
  images: readonly StoredImage[],
  index: StoredIndex,
  push: (image: StoredImage) => Promise<RawManifest>,
  signal: AbortSignal,
): Promise<RawManifest> {
  const places = new Map<string, Descriptor>();
  for (const image of images) {
    const raw = await push(image);
    await client.putManifest(raw.digest, raw, signal);
    const { mediaType, digest, bytes } = raw;
    for (const own of manifestDigests(image)) {
      places.set(own, { mediaType, digest, size: bytes.length });
    }
  }
  for (const entry of index.manifests) {
    if (isImageEntry(entry) || !content.has(entry.digest)) continue;
    await pushAttestation(content, client, entry, signal);
    places.set(entry.digest, entry);
  }
  return rewriteIndex({ ...index, bytes: await content.read(index.digest) }, places);
}

async function pushAttestation(
  content: ContentStore,
  client: PushClient,
  { digest, mediaType }: Descriptor,
  signal: AbortSignal,
): Promise<void> {
  const bytes = await content.read(digest);
  const manifest = parseManifest(bytes);
  const blobs = 'manifests' in manifest ? [] : [manifest.config, ...manifest.layers];
  for (const blob of blobs) {
    if (await client.hasBlob(blob.digest, signal)) continue;
    const statement = await content.read(blob.digest);
    await client.putBlob(blob, () => once(statement), signal);
  }
  await client.putManifest(digest, { digest, mediaType, bytes }, signal);
}

/** Other repositories of the registry that are known to have the image. */
function sourcesOf(store: ImageStore, image: StoredImage, target: Reference): string[] {
  const paths = store
    .namesOf(image.id)
    .filter((name) => name.digest !== undefined && name.domain === target.domain)
    .map(({ path }) => path)
    .filter((path) => path !== target.path);
  return [...new Set(paths)];
}

/** Sends the blobs that the registry lacks. Returns the matching manifest. */
async function pushBlobs(
  context: PushContext,
  client: PushClient,
  image: StoredImage,
  sources: readonly string[],
  report: Report,
  signal: AbortSignal,
): Promise<RawManifest> {
  const rawConfig = await context.content.read(image.id);
  const original = await originalManifest(context.content, image);
  const layers = new Array<Descriptor>(image.layers.length);
  const places = new Map<string, number[]>();
  for (const [place, diffId] of image.layers.entries()) {
    places.set(diffId, [...(places.get(diffId) ?? []), place]);
    report(step('Preparing', shortName(diffId)));
  }
  await inParallel(PARALLEL_BLOBS, [...places], signal, async ([diffId, where], inner) => {
    const known = original?.manifest.layers[where[0] ?? 0];
    const layer = { diffId, known, sources };
    const descriptor = await pushLayer(context, client, layer, report, inner);
    for (const place of where) layers[place] = descriptor;
  });
  if (!(await client.hasBlob(image.id, signal))) {
    const blob = { digest: image.id, size: rawConfig.length };
    await client.putBlob(blob, () => once(rawConfig), signal);
  }
  const same = original?.manifest.layers.every(({ digest }, i) => digest === layers[i]?.digest);
  if (original === undefined) return newManifest(rawConfig, layers);
  if (same) return original.raw;
  report({
    status: `The image gets a different digest than ${original.raw.digest}, because its layers were compressed again`,
  });
  return newManifest(rawConfig, layers);
}

async function pushLayer(
  { compressed }: PushContext,
  client: PushClient,
  {
    diffId,
    known,
    sources,
  }: { diffId: string; known: Descriptor | undefined; sources: readonly string[] },
  report: Report,
  signal: AbortSignal,
): Promise<Descriptor> {
  const id = shortName(diffId);
  const isThere = (digest: string) => reuseBlob(client, digest, sources, id, report, signal);
  if (known !== undefined && (await isThere(known.digest))) return known;
  const { digest, size } = await compressed.describe(diffId, signal);
  const own = { mediaType: blobTypes.ociLayerGzip, digest, size };
  const descriptor = known?.digest === digest ? known : own;
  if (await isThere(digest)) return descriptor;
  const blob = { digest, size, open: () => compressed.read(diffId) };
  await uploadBlob(client, blob, id, report, signal);
  return descriptor;
}

function newManifest(rawConfig: Buffer, layers: readonly Descriptor[]): RawManifest {
  const mediaType = mediaTypes.ociManifest;
  const config = {
    mediaType: blobTypes.ociConfig,
    digest: sha256(rawConfig),
    size: rawConfig.length,
  };
  const plain = layers.map(({ digest, size }) => ({
    ...{ mediaType: blobTypes.ociLayerGzip, digest, size },
  }));
  const bytes = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType, config, layers: plain }));
  return { bytes, mediaType, digest: sha256(bytes) };
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

import { EngineError } from '../../../errors.ts';
import { blobTypes, type Descriptor, mediaTypes } from '../../../registry/manifest.ts';
import type { RawManifest } from '../../../registry/origin.ts';
import type { Platform } from '../../../registry/platform.ts';
import type { PushClient } from '../../../registry/push-client.ts';
import { familiarName, type Reference, sameRepository } from '../../../registry/reference.ts';
import type { ContentStore } from '../../../store/content.ts';
import { sha256 } from '../../../store/digest.ts';
import { inParallel } from '../../parallel.ts';
import type { ImageStore } from '../store/image-store.ts';
import { requirePlatform } from '../store/platform.ts';
import type { StoredImage } from '../store/stored-image.ts';
import type { CompressedLayers } from './compressed-layers.ts';
import { shortName } from './layer-downloads.ts';
import { originalManifest } from './original-manifest.ts';
import { type ProgressMessage, type Report, step, withProgress } from './progress.ts';
import { reuseBlob, uploadBlob } from './push-blob.ts';
import { PARALLEL_BLOBS } from './push-content.ts';

/** The result of a push, in addition to its progress. */
export interface PushAux {
  readonly progressDetail: object;
  readonly aux: { readonly Tag: string; readonly Digest: string; readonly Size: number };
}

export interface PushContext {
  readonly store: ImageStore;
  readonly content: ContentStore;
  readonly compressed: CompressedLayers;
  /** `sources` are repositories of the same registry. */
  readonly connect: (repository: Reference, sources: readonly string[]) => PushClient;
  /** Keeps an image's layers and blobs until disposed of. */
  readonly hold: (image: StoredImage) => Disposable;
  /** Called with the digest under which the registry now has the image. */
  readonly pushed: (image: StoredImage, reference: Reference, digest: string) => Promise<void>;
}

/** Pushes an image under its tag; without a tag, all tags of the repository. */
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
  for (const { image, name } of wanted) requirePlatform(image, familiarName(name), platform);
  for (const { image, name } of wanted) yield* pushOne(context, image, name, signal);
}

async function* pushOne(
  context: PushContext,
  image: StoredImage,
  name: Reference,
  signal: AbortSignal,
): AsyncGenerator<ProgressMessage | PushAux> {
  using _held = context.hold(image);
  const tag = name.tag ?? 'latest';
  const sources = sourcesOf(context.store, image, name);
  const client = context.connect(name, sources);
  let manifest: RawManifest | undefined;
  yield* withProgress(signal, async (report, inner) => {
    manifest = await pushBlobs(context, client, image, sources, report, inner);
    await client.putManifest(tag, manifest, inner);
  });
  if (manifest === undefined) return;
  const { digest, bytes } = manifest;
  await context.pushed(image, name, digest);
  yield { status: `${tag}: digest: ${digest} size: ${bytes.length}` };
  yield { progressDetail: {}, aux: { Tag: tag, Digest: digest, Size: bytes.length } };
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

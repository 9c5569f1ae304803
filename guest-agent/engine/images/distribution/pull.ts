import { buffer } from 'node:stream/consumers';
import { EngineError } from '../../../errors.ts';
import type { Credentials } from '../../../registry/auth/credentials.ts';
import { UnreachableError } from '../../../registry/http/http.ts';
import {
  type Descriptor,
  type ImageDocument,
  imageDocumentSchema,
  type Manifest,
  parseDocument,
  parseManifest,
} from '../../../registry/manifest.ts';
import type { ImageOrigin, ImageRepository, RawManifest } from '../../../registry/origin.ts';
import {
  choosePlatform,
  nativePlatform,
  type Platform,
  platformName,
} from '../../../registry/platform.ts';
import {
  canonicalName,
  familiarName,
  parseReference,
  type Reference,
} from '../../../registry/reference.ts';
import type { StarterLayout } from '../../../registry/starter-layout.ts';
import { sha256 } from '../../../store/digest.ts';
import { inParallel } from '../../parallel.ts';
import type { Family } from '../store/families.ts';
import type { ImageStore } from '../store/image-store.ts';
import { platformMismatch } from '../store/platform.ts';
import type { StoredImage } from '../store/stored-image.ts';
import type { LayerDownloads } from './layer-downloads.ts';
import { shortName } from './layer-downloads.ts';
import { type ProgressMessage, type Report, step, withProgress } from './progress.ts';

export interface PullRequest {
  /** Without a tag or digest, all tags of the repository. */
  readonly reference: Reference;
  /** By default the VM's platform. */
  readonly platform: Platform | undefined;
  readonly credentials: Credentials | undefined;
  /** Credentials for a registry (`host[:port]`) that mirrors Docker Hub. */
  readonly mirrorCredentials?: (host: string) => Credentials | undefined;
}

/** The dependencies of a pull. */
export interface PullContext {
  readonly store: ImageStore;
  readonly downloads: LayerDownloads;
  readonly starters: StarterLayout;
  readonly connect: (reference: Reference, credentials: Credentials | undefined) => ImageRepository;
  /** Protects layers and blobs from the sweep until disposed of. */
  readonly claim: (digests: readonly string[]) => Disposable;
  /** Writes the blobs and records the image under the name. Durable once it resolves. */
  readonly commit: (image: FoundImage, reference: Reference) => Promise<StoredImage>;
}

/** An image in its registry: all of its small documents, but no layers. */
export interface FoundImage {
  readonly origin: ImageOrigin;
  /** The target of the tag: the index if there is one, otherwise the manifest. */
  readonly top: RawManifest;
  readonly rawManifest: RawManifest;
  readonly manifest: Manifest;
  readonly rawConfig: Buffer;
  readonly document: ImageDocument;
}

/** How many layers are downloaded at the same time. */
const PARALLEL_LAYERS = 4;
const MAX_CONFIG_BYTES = 8 << 20;

/**
 * Pulls an image, or all images of a repository. Yields nothing until the (first) image is known to
 * exist for the platform, so that earlier failures can be plain errors. An interrupted pull leaves
 * at most complete layers, which the next pull uses or the sweep removes.
 */
export async function* pullImages(
  context: PullContext,
  request: PullRequest,
  signal: AbortSignal,
): AsyncGenerator<ProgressMessage> {
  const { reference, platform } = request;
  const isOne = reference.tag !== undefined || reference.digest !== undefined;
  const references = isOne ? [reference] : await allTags(context, request, signal);
  let isNewer = false;
  const warnings: ProgressMessage[] = [];
  for (const one of references) {
    const { image, known } = yield* pullImage(context, { ...request, reference: one }, signal);
    isNewer ||= !known;
    const mismatch = platformMismatch(image, canonicalName(one), platform);
    if (mismatch !== undefined) warnings.push({ status: `WARNING: ${mismatch}` });
  }
  const outcome = isNewer ? 'Downloaded newer image' : 'Image is up to date';
  yield { status: `Status: ${outcome} for ${familiarName(reference)}` };
  yield* warnings;
}

/** If the registry can't be reached, a bundled image may exist. Its tag is `latest`. */
async function allTags(
  { connect }: PullContext,
  { reference, credentials }: PullRequest,
  signal: AbortSignal,
): Promise<Reference[]> {
  const tags = await connect(reference, credentials)
    .tags(signal)
    .catch((error: unknown) => {
      if (error instanceof UnreachableError) return ['latest'];
      throw error;
    });
  return tags.map((tag) => parseReference(`${canonicalName(reference)}:${tag}`));
}

/** Pulls one image. Returns whether the image was there before. */
async function* pullImage(
  context: PullContext,
  request: PullRequest,
  signal: AbortSignal,
): AsyncGenerator<ProgressMessage, { image: StoredImage; known: boolean }> {
  const { reference } = request;
  const notices: ProgressMessage[] = [];
  const found = await findAnywhere(context, request, signal, () => {
    notices.push({
      status: `Registry ${reference.domain} can't be reached. Using the copy of ${familiarName(reference)} that Berth ships with`,
    });
  });
  const { top, rawManifest, manifest, document } = found;
  using _claim = context.claim([
    ...document.rootfs.diff_ids,
    top.digest,
    rawManifest.digest,
    manifest.config.digest,
  ]);
  yield* notices;
  const title = reference.digest === undefined ? tagOf(reference) : canonicalName(reference);
  yield { status: `Pulling from ${reference.path}`, id: title };
  yield* withProgress(signal, (report, inner) => fetchLayers(context, found, report, inner));

  const known = isKnown(context.store, reference, found);
  const image = await context.commit(found, reference);
  yield { status: `Digest: ${top.digest}` };
  return { image, known };
}

/** The configuration of the image in its registry. Downloads no layers. */
export async function describeImage(
  context: PullContext,
  request: PullRequest,
  signal: AbortSignal,
): Promise<ImageDocument> {
  const { document } = await findAnywhere(context, request, signal);
  return document;
}

/**
 * The image in its registry, or else the copy that Berth ships with. `isCarried` is called before
 * the copy is used.
 */
async function findAnywhere(
  context: PullContext,
  request: PullRequest,
  signal: AbortSignal,
  isCarried: () => void = () => {},
): Promise<FoundImage> {
  const { reference, credentials, platform } = request;
  const tag = tagOf(reference);
  const client = context.connect(reference, credentials);
  return findImage(client, tag, platform, signal).catch(async (error: unknown) => {
    if (!(error instanceof UnreachableError)) throw error;
    const carried = await findCarried(context, request, tag, signal);
    if (carried === undefined) throw error;
    isCarried();
    return carried;
  });
}

function tagOf({ digest, tag = 'latest' }: Reference): string {
  return digest ?? tag;
}

/** Whether the name points at the image, and at no other index. */
function isKnown(
  store: ImageStore,
  reference: Reference,
  { top, rawManifest, manifest }: FoundImage,
): boolean {
  const family = store.namedFamily(reference);
  const isSameIndex =
    top.digest === rawManifest.digest ||
    family?.index === undefined ||
    family.index.digest === top.digest;
  return isSameIndex && hasImage(family, manifest.config.digest);
}

function hasImage(family: Family | undefined, id: string): boolean {
  return family?.images.some((image) => image.id === id) ?? false;
}

/** The copy that Berth ships with. Never replaces an image that the user has under this name. */
async function findCarried(
  context: PullContext,
  { reference, platform }: PullRequest,
  tag: string,
  signal: AbortSignal,
): Promise<FoundImage | undefined> {
  const origin = await context.starters.find(reference);
  if (origin === undefined) return undefined;
  const image = await findImage(origin, tag, platform, signal);
  const present = context.store.namedFamily(reference);
  const mayUse = present === undefined || hasImage(present, image.manifest.config.digest);
  return mayUse ? image : undefined;
}

/** Fetches the documents from the tag down to the configuration for the platform. */
async function findImage(
  origin: ImageOrigin,
  tagOrDigest: string,
  wanted: Platform | undefined,
  signal: AbortSignal,
): Promise<FoundImage> {
  const platform = wanted ?? nativePlatform();
  const top = await origin.manifest(tagOrDigest, signal);
  const parsed = parseManifest(top.bytes);
  let rawManifest = top;
  let manifest: Manifest;
  if ('manifests' in parsed) {
    const candidates = parsed.manifests.map((entry) => entry.platform);
    const chosen = parsed.manifests[choosePlatform(platform, candidates)];
    if (chosen === undefined) {
      throw new EngineError(
        'not-found',
        `no matching manifest for ${platformName(platform)} in the manifest list entries`,
      );
    }
    const { mediaType } = chosen;
    rawManifest = { ...(await origin.manifest(chosen.digest, signal)), mediaType };
    const inner = parseManifest(rawManifest.bytes);
    if ('manifests' in inner) throw new EngineError('invalid', 'an index inside an image index');
    manifest = inner;
  } else {
    manifest = parsed;
  }
  const rawConfig = await readSmallBlob(origin, manifest.config, signal);
  const document = parseDocument('image configuration', rawConfig, imageDocumentSchema);
  if (document.rootfs.diff_ids.length !== manifest.layers.length) {
    throw new EngineError(
      'invalid',
      `the image names ${document.rootfs.diff_ids.length} layers in its configuration, but ${manifest.layers.length} in its manifest`,
    );
  }
  return { origin, top, rawManifest, manifest, rawConfig, document };
}

async function readSmallBlob(
  origin: ImageOrigin,
  descriptor: Descriptor,
  signal: AbortSignal,
): Promise<Buffer> {
  if (descriptor.size > MAX_CONFIG_BYTES) {
    throw new EngineError('invalid', `image configuration ${descriptor.digest} is too large`);
  }
  const bytes = await buffer(origin.blob(descriptor, signal));
  if (sha256(bytes) !== descriptor.digest) {
    throw new EngineError('invalid', `content verification failed for ${descriptor.digest}`);
  }
  return bytes;
}

async function fetchLayers(
  { store, downloads }: PullContext,
  { origin, manifest, document }: FoundImage,
  report: Report,
  signal: AbortSignal,
): Promise<void> {
  const layers = manifest.layers.map((blob, index) => ({
    ...{ blob, origin, diffId: document.rootfs.diff_ids[index] ?? '' },
  }));
  const missing = layers.filter(({ diffId }) => !downloads.has(diffId));
  // For an image that is complete, Docker reports no layers.
  if (missing.length === 0 && store.get(manifest.config.digest) !== undefined) return;
  for (const layer of layers) {
    const status = missing.includes(layer) ? 'Pulling fs layer' : 'Already exists';
    report(step(status, shortName(layer.blob.digest)));
  }
  await inParallel(PARALLEL_LAYERS, missing, signal, (layer, inner) =>
    downloads.fetch(layer, report, inner),
  );
}

import { buffer } from 'node:stream/consumers';
import { EngineError } from '../../errors.ts';
import type { Credentials } from '../../registry/credentials.ts';
import { UnreachableError } from '../../registry/http.ts';
import {
  type Descriptor,
  type ImageDocument,
  imageDocumentSchema,
  type Manifest,
  parseDocument,
  parseManifest,
} from '../../registry/manifest.ts';
import type { ImageOrigin, RawManifest } from '../../registry/origin.ts';
import { choosePlatform, type Platform, platformName } from '../../registry/platform.ts';
import { familiarName, type Reference } from '../../registry/reference.ts';
import type { StarterLayout } from '../../registry/starter-layout.ts';
import { sha256 } from '../../store/digest.ts';
import { inParallel } from '../parallel.ts';
import type { ImageStore, StoredImage } from './image-store.ts';
import type { LayerDownloads } from './layer-downloads.ts';
import { shortName } from './layer-downloads.ts';
import { type ProgressMessage, type Report, step, withProgress } from './progress.ts';

export interface PullRequest {
  /** With a tag or a digest. */
  readonly reference: Reference;
  readonly platform: Platform;
  readonly credentials: Credentials | undefined;
}

/** What a pull works with. */
export interface PullContext {
  readonly store: ImageStore;
  readonly downloads: LayerDownloads;
  readonly starters: StarterLayout;
  readonly connect: (reference: Reference, credentials: Credentials | undefined) => ImageOrigin;
  /** Keeps layers and blobs from the sweep until disposed of. */
  readonly claim: (digests: readonly string[]) => Disposable;
  /** Writes the blobs and records the image under the name; durable once it resolves. */
  readonly commit: (image: FoundImage, reference: Reference) => Promise<StoredImage>;
}

/** An image at its origin: all of its small documents, none of its layers. */
export interface FoundImage {
  readonly origin: ImageOrigin;
  /** What the tag points at: the index when there is one, else the manifest. */
  readonly top: RawManifest;
  readonly rawManifest: RawManifest;
  readonly manifest: Manifest;
  readonly rawConfig: Buffer;
  readonly document: ImageDocument;
}

/** Layers that are downloaded at once. */
const PARALLEL_LAYERS = 4;
const MAX_CONFIG_BYTES = 8 << 20;

/**
 * Pulls an image. Nothing is yielded before the image is known to exist for this platform, so that
 * a failure up to there can still be a plain error. An interrupted pull leaves whole layers behind
 * at most, and the next one uses or the sweep removes them.
 */
export async function* pullImage(
  context: PullContext,
  request: PullRequest,
  signal: AbortSignal,
): AsyncGenerator<ProgressMessage> {
  const { reference } = request;
  const tag = reference.digest ?? reference.tag ?? 'latest';
  const client = context.connect(reference, request.credentials);
  const notices: ProgressMessage[] = [];
  const image = await findImage(client, tag, request.platform, signal).catch(
    async (error: unknown) => {
      if (!(error instanceof UnreachableError)) throw error;
      const carried = await findCarried(context, request, tag, signal);
      if (carried === undefined) throw error;
      notices.push({
        status: `Registry ${reference.domain} cannot be reached: using the copy of ${familiarName(reference)} that Berth carries`,
      });
      return carried;
    },
  );
  const { top, rawManifest, manifest, document } = image;
  using _claim = context.claim([
    ...document.rootfs.diff_ids,
    top.digest,
    rawManifest.digest,
    manifest.config.digest,
  ]);
  yield* notices;
  yield { status: `Pulling from ${reference.path}`, id: tag };
  yield* withProgress(signal, (report, inner) => fetchLayers(context, image, report, inner));

  const known = context.store.named(reference)?.id === manifest.config.digest;
  await context.commit(image, reference);
  yield { status: `Digest: ${top.digest}` };
  const outcome = known ? 'Image is up to date' : 'Downloaded newer image';
  yield { status: `Status: ${outcome} for ${familiarName(reference)}` };
}

/** The app's own copy; never in the place of an image that the user has under this name. */
async function findCarried(
  context: PullContext,
  { reference, platform }: PullRequest,
  tag: string,
  signal: AbortSignal,
): Promise<FoundImage | undefined> {
  const origin = await context.starters.find(reference);
  if (origin === undefined) return undefined;
  const image = await findImage(origin, tag, platform, signal);
  const present = context.store.named(reference);
  return present === undefined || present.id === image.manifest.config.digest ? image : undefined;
}

/** Fetches the documents from the tag down to the configuration of this platform's image. */
async function findImage(
  origin: ImageOrigin,
  tagOrDigest: string,
  platform: Platform,
  signal: AbortSignal,
): Promise<FoundImage> {
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
  { downloads }: PullContext,
  { origin, manifest, document }: FoundImage,
  report: Report,
  signal: AbortSignal,
): Promise<void> {
  const wanted = manifest.layers.map((blob, index) => {
    report(step('Pulling fs layer', shortName(blob.digest)));
    return { blob, origin, diffId: document.rootfs.diff_ids[index] ?? '' };
  });
  await inParallel(PARALLEL_LAYERS, wanted, signal, (layer, inner) =>
    downloads.fetch(layer, report, inner),
  );
}

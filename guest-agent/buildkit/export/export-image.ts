import type { Images } from '../../engine/images/images.ts';
import { localManifest } from '../../engine/images/store/commit.ts';
import type { StoredImage } from '../../engine/images/store/stored-image.ts';
import { EngineError } from '../../errors.ts';
import { blobTypes, imageDocumentSchema, parseDocument } from '../../registry/manifest.ts';
import { canonicalName, familiarName, type Reference } from '../../registry/reference.ts';
import type { Job } from '../jobs/job.ts';
import type { Vertex } from '../jobs/vertex.ts';
import { baseOf } from './base-image.ts';
import {
  type BuildExport,
  type ExportParts,
  encodedDescriptor,
  type Output,
  type Response,
} from './export-parts.ts';
import {
  type ImageOptions,
  type ImageTarget,
  readImageOptions,
  readImageTarget,
} from './image-options.ts';
import { indexDocuments } from './index-documents.ts';
import { layerWriter, type WriteLayer } from './layer-blobs.ts';
import { patchConfig } from './patch-config.ts';
import { pushImage, pushPlaces, reusingOriginals } from './push-image.ts';
import { noteOutput, type PlatformImage, usesOci, writeImage } from './write-image.ts';

/** Names the image in the engine's store, pushes it, or both. */
export async function exportImage(
  parts: ExportParts,
  build: BuildExport,
  { index, attributes }: Output,
): Promise<Response> {
  const options = readImageOptions(attributes, false, build.epoch);
  const target = readImageTarget(attributes);
  if (target.push && options.names.length === 0) {
    throw new EngineError('invalid', 'tag is needed when pushing to registry');
  }
  const names = options.names.map(canonicalName).join(',');
  return build.job.step('exporting to image', async (vertex) => {
    if (build.platforms.some(({ cache }) => cache !== undefined)) {
      vertex.line('preparing layers for inline cache').complete();
    }
    const how = { options, target, index };
    const stored = target.store ? await store(parts, build, how, vertex) : {};
    const pushed = target.push ? await push(parts, build, how, vertex) : {};
    // The digest of an image in the store isn't part of what a push gives.
    const response = target.push ? pushed : stored;
    return { ...response, ...(names === '' ? {} : { 'image.name': names }) };
  });
}

/** How an output writes an image, and where. */
interface ImageOutput {
  readonly options: ImageOptions;
  readonly target: ImageTarget;
  /** The output's place. */
  readonly index: number;
}

/** Names the result in the engine's store, where its layers are already. */
async function store(
  { images }: ExportParts,
  build: BuildExport,
  { options, target: { pushByDigest }, index }: ImageOutput,
  vertex: Vertex,
): Promise<Response> {
  if (options.rewriteTimestamp && options.epoch !== undefined) {
    throw new EngineError('invalid', 'exporter option "rewrite-timestamp" conflicts with "unpack"');
  }
  const names = pushByDigest ? [] : options.names;
  // An attestation that nobody asked for isn't worth an index in the store.
  const isIndex =
    build.isMap ||
    build.platforms.some(({ attestations }) => attestations.some((each) => !each.isInlineOnly));
  if (isIndex) return storeIndex(images, build, { options, index, names }, vertex);
  const [only] = build.platforms;
  if (only === undefined) return {};
  vertex.line('exporting layers').complete();
  const image = await withConfig(images, only, options, build.job);
  vertex.line(`writing image ${image.id}`).complete();
  for (const name of names) {
    const line = vertex.line(`naming to ${canonicalName(name)}`);
    await images.tag(image.id, familiarName(name));
    line.complete();
  }
  const bytes = await images.content.read(image.id);
  build.job.documents.addOutput(index, { mediaType: blobTypes.dockerConfig, bytes });
  return { 'containerimage.digest': image.id, 'containerimage.config.digest': image.id };
}

/** Stores an index of several platforms, or of one with its attestations. */
async function storeIndex(
  images: Images,
  { job, platforms }: BuildExport,
  { options, index, names }: Omit<ImageOutput, 'target'> & { readonly names: readonly Reference[] },
  vertex: Vertex,
): Promise<Response> {
  // The store has layers uncompressed. A push compresses them.
  const writeLayer: WriteLayer = async (diffId) => ({
    descriptor: {
      ...{ mediaType: blobTypes.ociLayer, digest: diffId },
      size: images.layers.get(diffId)?.size ?? 0,
    },
  });
  const keep = (layer: Disposable) => job.keep(() => layer);
  const plain = { ...options, ociTypes: true };
  const request = { platforms, isIndex: true, options: plain, writeLayer, keep };
  const written = await writeImage(images, request, vertex, job.signal);
  for (const name of names) vertex.line(`naming to ${canonicalName(name)}`).complete();
  await images.addIndex(await indexDocuments(written), names);
  noteOutput(job, index, written);
  return {
    'containerimage.digest': written.top.digest,
    'containerimage.descriptor': encodedDescriptor(written.top),
  };
}

/** The image with the configuration that the output asks for. */
async function withConfig(
  images: ExportParts['images'],
  { image, cache }: PlatformImage,
  { epoch }: ImageOptions,
  job: Job,
): Promise<StoredImage> {
  const raw = await images.content.read(image.id);
  const baseSteps = baseOf(images.store, image)?.document.history?.length ?? 0;
  const rawConfig = patchConfig(raw, { epoch, baseSteps, cache });
  if (rawConfig.equals(raw)) return image;
  const sizeOf = (diffId: string) => images.layers.get(diffId)?.size ?? 0;
  return images.add(
    {
      rawConfig,
      document: parseDocument('image configuration', rawConfig, imageDocumentSchema),
      rawManifest: localManifest(rawConfig, image.layers, sizeOf),
    },
    [],
    {},
    (made) => {
      job.keep(() => images.hold(made));
    },
  );
}

async function push(
  parts: ExportParts,
  { job, platforms, isMap }: BuildExport,
  { options, target, index }: ImageOutput,
  vertex: Vertex,
): Promise<Response> {
  const { images, registries } = parts;
  const { signal } = job;
  const diffIds = platforms.flatMap(({ image }) => image.layers);
  const places = await pushPlaces(parts, job, options.names, diffIds, target);
  const compressed = layerWriter(
    registries.compressed,
    options.format,
    usesOci(platforms, options),
  );
  const writeLayer =
    options.forceCompression || options.rewriteTimestamp
      ? compressed
      : reusingOriginals(places, compressed);
  const isIndex = isMap || platforms.some(({ attestations }) => attestations.length > 0);
  const keep = (layer: Disposable) => job.keep(() => layer);
  const request = { platforms, isIndex, options, writeLayer, keep };
  const written = await writeImage(images, request, vertex, signal);
  await pushImage(places, written, target, vertex, signal);
  noteOutput(job, index, written);
  const { top, configDigest } = written;
  const [only] = platforms;
  if (target.store && only !== undefined && platforms.length === 1) {
    for (const name of options.names) await images.pushed(only.image, name, top.digest);
  }
  return {
    'containerimage.digest': top.digest,
    ...(configDigest && { 'containerimage.config.digest': configDigest }),
    'containerimage.descriptor': encodedDescriptor(top),
  };
}

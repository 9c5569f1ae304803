import type { Images } from '../../engine/images/images.ts';
import {
  bytesBlob,
  manifestDescriptor,
  type OciBlob,
  type OciContent,
  rawManifest,
} from '../../engine/images/store/oci-content.ts';
import type { StoredImage } from '../../engine/images/store/stored-image.ts';
import { EngineError } from '../../errors.ts';
import { blobTypes, mediaTypes } from '../../registry/manifest.ts';
import type { RawManifest } from '../../registry/origin.ts';
import { ociPlatform, type Platform, platformId } from '../../registry/platform.ts';
import type { Job } from '../jobs/job.ts';
import type { Vertex } from '../jobs/vertex.ts';
import { attestationManifest } from './attestation-manifest.ts';
import { baseOf } from './base-image.ts';
import type { ImageOptions } from './image-options.ts';
import { type WriteLayer, withFamily } from './layer-blobs.ts';
import { patchConfig } from './patch-config.ts';
import { rewriteLayer } from './rewrite-layer.ts';
import { type Attestation, digestSet, packageUrl } from './statement.ts';

/** The result of a build for one platform. */
export interface PlatformImage {
  readonly platform: Platform;
  readonly image: StoredImage;
  readonly attestations: readonly Attestation[];
  /** What later builds can take from the image. */
  readonly cache?: string | undefined;
}

export interface WriteRequest {
  readonly platforms: readonly PlatformImage[];
  /** Whether the result is an index even if there is only one platform. */
  readonly isIndex: boolean;
  readonly options: ImageOptions;
  readonly writeLayer: WriteLayer;
  /** Keeps layers that were rewritten, until the outputs are written. */
  readonly keep: (layer: Disposable) => void;
}

/** An image or an index, ready for a registry or an archive. */
export interface WrittenImage extends OciContent {
  /** The configuration of a single image. An index has none. */
  readonly configDigest?: string;
  /** The configuration and the manifest of each platform. */
  readonly images: readonly { readonly rawConfig: Buffer; readonly rawManifest: RawManifest }[];
}

/** Writes the documents of an image, and of its attestations, as BuildKit does. */
export async function writeImage(
  images: Images,
  { platforms, isIndex, ...how }: WriteRequest,
  vertex: Vertex,
  signal: AbortSignal,
): Promise<WrittenImage> {
  const { options } = how;
  checkAnnotations(platforms, isIndex, options);
  const { annotations } = options;
  const manifests: RawManifest[] = [];
  const attestations: ReturnType<typeof manifestDescriptor>[] = [];
  const blobs: OciBlob[] = [];
  const made: WrittenImage['images'][number][] = [];
  const tops: ReturnType<typeof manifestDescriptor>[] = [];
  const layersLine = vertex.line('exporting layers');
  const all = [];
  for (const one of platforms) {
    all.push({ one, written: await writeManifest(images, one, how, vertex, signal) });
  }
  layersLine.complete();
  for (const { one, written } of all) {
    const id = platformId(one.platform);
    made.push({ rawConfig: written.config, rawManifest: written.manifest });
    manifests.push(written.manifest);
    blobs.push(...written.blobs);
    vertex.line(`exporting manifest ${written.manifest.digest}`).complete();
    vertex.line(`exporting config ${bytesBlob(written.config).digest}`).complete();
    const described = annotations.manifestDescriptor(id);
    const top = manifestDescriptor(written.manifest, described, ociPlatform(one.platform));
    tops.push(top);
    if (!isIndex || one.attestations.length === 0) continue;
    const subjects = options.names.map((name) => ({
      name: packageUrl(name, one.platform),
      digest: digestSet(written.manifest.digest),
    }));
    const attested = attestationManifest(top, one.attestations, subjects, options.ociArtifact);
    vertex.line(`exporting attestation manifest ${attested.manifest.digest}`).complete();
    manifests.push(attested.manifest);
    blobs.push(...attested.blobs);
    attestations.push(attested.descriptor);
  }
  const [only] = tops;
  if (!isIndex && only !== undefined) {
    const configDigest = made[0] && bytesBlob(made[0].rawConfig).digest;
    return { top: only, manifests, blobs, images: made, ...(configDigest && { configDigest }) };
  }
  const index = rawManifest({
    ...{ schemaVersion: 2 },
    mediaType: usesOci(platforms, options) ? mediaTypes.ociIndex : mediaTypes.dockerIndex,
    manifests: [...tops, ...attestations],
    ...(Object.keys(annotations.index).length > 0 ? { annotations: annotations.index } : {}),
  });
  vertex.line(`exporting manifest list ${index.digest}`).complete();
  const top = manifestDescriptor(index, annotations.indexDescriptor);
  return { top, manifests: [...manifests, index], blobs, images: made };
}

/** Lets the history know what an output wrote. */
export function noteOutput({ documents }: Job, place: number, { manifests }: WrittenImage): void {
  const top = manifests.at(-1);
  if (top === undefined) return;
  const others = manifests.slice(0, -1).map(({ bytes }) => bytes);
  documents.addOutput(place, top, others);
}

function checkAnnotations(
  platforms: readonly PlatformImage[],
  isIndex: boolean,
  { annotations }: ImageOptions,
): void {
  const built = new Set(platforms.map(({ platform }) => platformId(platform)));
  const unknown = annotations.platforms.find((platform) => !built.has(platform));
  if (unknown !== undefined) {
    throw new EngineError('invalid', `invalid annotation: no platform ${unknown} found in source`);
  }
  const ofIndex = { ...annotations.index, ...annotations.indexDescriptor };
  if (!isIndex && Object.keys(ofIndex).length > 0) {
    throw new EngineError('invalid', 'index annotations not supported for single platform export');
  }
}

/** Docker's types can't have annotations of descriptors, or attestations. */
export function usesOci(
  platforms: readonly PlatformImage[],
  { ociTypes, annotations }: ImageOptions,
): boolean {
  const described = platforms.map(({ platform }) =>
    annotations.manifestDescriptor(platformId(platform)),
  );
  return (
    ociTypes ||
    platforms.some(({ attestations }) => attestations.length > 0) ||
    [annotations.index, annotations.indexDescriptor, ...described].some(
      (texts) => Object.keys(texts).length > 0,
    )
  );
}

async function writeManifest(
  images: Images,
  one: PlatformImage,
  { options, writeLayer, keep }: Omit<WriteRequest, 'platforms' | 'isIndex'>,
  vertex: Vertex,
  signal: AbortSignal,
) {
  const { image, platform, cache } = one;
  const ociTypes = usesOci([one], options);
  const base = baseOf(images.store, image);
  const blobs: OciBlob[] = [];
  const layers = [];
  const { epoch } = options;
  const diffIds =
    options.rewriteTimestamp && epoch !== undefined
      ? await rewritten(images, one.image, epoch, vertex, keep)
      : undefined;
  for (const [place, diffId] of (diffIds ?? image.layers).entries()) {
    const { descriptor, blob } = await writeLayer(diffId, signal);
    const isRewritten = diffIds !== undefined && base?.layers[place] !== diffId;
    layers.push({
      ...withFamily(descriptor, ociTypes),
      ...(isRewritten ? { annotations: { 'buildkit/rewritten-timestamp': `${epoch}` } } : {}),
    });
    if (blob !== undefined) blobs.push(blob);
  }
  const baseSteps = base?.document.history?.length ?? 0;
  const raw = await images.content.read(image.id);
  const config = patchConfig(raw, { diffIds, epoch, baseSteps, cache });
  const configBlob = bytesBlob(config);
  const annotations = options.annotations.manifest(platformId(platform));
  const manifest = rawManifest({
    ...{ schemaVersion: 2 },
    mediaType: ociTypes ? mediaTypes.ociManifest : mediaTypes.dockerManifest,
    config: {
      mediaType: ociTypes ? blobTypes.ociConfig : blobTypes.dockerConfig,
      ...{ digest: configBlob.digest, size: configBlob.size },
    },
    layers,
    ...(Object.keys(annotations).length > 0 ? { annotations } : {}),
  });
  return { manifest, config, blobs: [configBlob, ...blobs] };
}

/** The layers of an image, where no file of its own layers is newer than `epoch`. */
async function rewritten(
  images: Images,
  image: StoredImage,
  epoch: number,
  vertex: Vertex,
  keep: WriteRequest['keep'],
): Promise<string[]> {
  const base = baseOf(images.store, image);
  const time = new Date(epoch * 1000)
    .toISOString()
    .replace('T', ' ')
    .replace('.000Z', ' +0000 UTC');
  const line = vertex.line(`rewriting layers with source-date-epoch ${epoch} (${time})`);
  const diffIds: string[] = [];
  for (const [place, diffId] of image.layers.entries()) {
    if (base?.layers[place] === diffId) {
      diffIds.push(diffId);
      continue;
    }
    const layer = await rewriteLayer(images, diffId, epoch);
    keep(layer);
    diffIds.push(layer.diffId);
  }
  line.complete();
  return diffIds;
}

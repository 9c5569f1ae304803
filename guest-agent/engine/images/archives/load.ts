import * as z from 'zod';
import { EngineError } from '../../../errors.ts';
import {
  type Descriptor,
  type ImageIndex,
  imageDocumentSchema,
  indexSchema,
  type Manifest,
  parseDocument,
  parseManifest,
} from '../../../registry/manifest.ts';
import type { RawManifest } from '../../../registry/origin.ts';
import { choosePlatform, type Platform } from '../../../registry/platform.ts';
import {
  familiarName,
  parseReference,
  type Reference,
  withDefaultTag,
} from '../../../registry/reference.ts';
import { sha256 } from '../../../store/digest.ts';
import { type ProgressMessage, withProgress } from '../distribution/progress.ts';
import type { Images } from '../images.ts';
import { type ImageDocuments, localManifest } from '../store/commit.ts';
import type { IndexDocuments } from '../store/index-documents.ts';
import { missingPlatform, requirePlatform } from '../store/platform.ts';
import { attestedManifest, isImageEntry } from '../store/stored-index.ts';
import { ArchiveContents } from './archive-contents.ts';

/** One line of a load's answer. */
export type LoadMessage = ProgressMessage | { readonly stream: string };

/** A complete image of an archive, or an index of images, with its names there. */
interface Loadable {
  readonly documents: ImageDocuments | IndexDocuments;
  readonly names: readonly Reference[];
}

/** `manifest.json` of `docker save`. */
const dockerArchiveSchema = z.array(
  z.object({
    Config: z.string(),
    RepoTags: z.array(z.string()).nullish(),
    Layers: z.array(z.string()).nullish(),
  }),
);

/**
 * Loads every image of an archive from `docker save`, old or new, or of an OCI image layout. Checks
 * all images before it records the first.
 */
export async function* loadImages(
  images: Images,
  archive: AsyncIterable<Uint8Array>,
  { quiet, platforms = [] }: { quiet: boolean; platforms?: readonly Platform[] },
  signal: AbortSignal,
): AsyncGenerator<LoadMessage> {
  using contents = new ArchiveContents(images);
  try {
    const reading = withProgress(signal, (report) => contents.read(archive, report));
    for await (const message of reading) if (!quiet) yield message;
    const found = loadables(contents, images, platforms);
    for (const { documents, names } of found) {
      const all = 'index' in documents ? documents.images : [documents];
      const ids = all.map(({ rawConfig }) => sha256(rawConfig));
      for (const name of names) {
        const old = images.store.named(name);
        if (old === undefined || ids.includes(old.id)) continue;
        yield line(
          `The image ${familiarName(name)} already exists, renaming the old one with ID ${old.id} to empty string`,
        );
      }
      const image =
        'index' in documents
          ? (await images.addIndex(documents, names)).image
          : await images.add(documents, names);
      images.publish('load', image.id, image.id);
      yield* names.length > 0
        ? names.map((name) => line(`Loaded image: ${familiarName(name)}`))
        : [line(`Loaded image ID: ${image.id}`)];
    }
  } finally {
    contents[Symbol.dispose]();
    // Removes layers that belong to no loaded image.
    await images.sweep();
  }
}

function line(text: string): LoadMessage {
  return { stream: `${text}\n` };
}

function loadables(
  contents: ArchiveContents,
  images: Images,
  platforms: readonly Platform[],
): Loadable[] {
  const docker = contents.document('manifest.json');
  const index = contents.document('index.json');
  const entries =
    index === undefined ? [] : parseDocument('index.json', index, indexSchema).manifests;
  // The document for older versions of Docker has only one platform of an index.
  const hasIndex = entries.some(({ digest }) => indexOf(contents, digest) !== undefined);
  if (docker !== undefined && !hasIndex) {
    return parseDocument('manifest.json', docker, dockerArchiveSchema).map((item) => {
      const rawConfig = contents.document(item.Config) ?? missing(item.Config);
      const files = item.Layers ?? [];
      return {
        documents: onPlatform(checked(contents, images, rawConfig, files, undefined), platforms),
        names: (item.RepoTags ?? []).map((tag) => withDefaultTag(parseReference(tag))),
      };
    });
  }
  if (index === undefined) return missing('index.json');
  // A name can stand for each of its tags.
  return entries.map((entry) => ({
    documents:
      fromIndex(contents, images, entry, platforms) ??
      onPlatform(fromManifest(contents, images, entry), platforms),
    names: namesOf(entry),
  }));
}

function onPlatform(documents: ImageDocuments, platforms: readonly Platform[]): ImageDocuments {
  const id = sha256(documents.rawConfig);
  for (const platform of platforms) requirePlatform(documents.document, id, platform);
  return documents;
}

/** The index with this digest, if the archive has it. */
function indexOf(contents: ArchiveContents, digest: string): ImageIndex | undefined {
  const bytes = contents.document(blobPath(digest));
  const parsed = bytes && parseManifest(bytes);
  return parsed && 'manifests' in parsed ? parsed : undefined;
}

/**
 * The images of an index that the archive has, or those for the platforms, with their attestations.
 * Undefined for an entry that isn't an index.
 */
function fromIndex(
  contents: ArchiveContents,
  images: Images,
  entry: Descriptor,
  platforms: readonly Platform[],
): IndexDocuments | undefined {
  const index = indexOf(contents, entry.digest);
  if (index === undefined) return undefined;
  const has = ({ digest }: Descriptor) => contents.document(blobPath(digest)) !== undefined;
  const present = index.manifests.filter((each) => isImageEntry(each) && has(each));
  const wanted = platforms.map((platform) => {
    const candidates = present.map((each) => each.platform);
    const found = present[choosePlatform(platform, candidates)];
    if (found !== undefined) return found;
    throw missingPlatform(
      present.flatMap((each) => each.platform ?? []),
      entry.digest,
      platform,
    );
  });
  const chosen = platforms.length > 0 ? [...new Set(wanted)] : present;
  if (chosen.length === 0) {
    throw new EngineError('not-found', 'no image for the platform found in the archive');
  }
  const digests = chosen.map(({ digest }) => digest);
  const attestations = index.manifests.filter(
    (each) => digests.includes(attestedManifest(each) ?? '') && has(each),
  );
  const { digest, mediaType } = entry;
  return {
    index: { digest, mediaType, bytes: blobOf(contents, digest) },
    images: chosen.map((each) => fromManifest(contents, images, each)),
    blobs: attestations.flatMap((each) => attestationBlobs(contents, each)),
  };
}

/** An attestation's manifest with the blobs of it that the archive has. */
function attestationBlobs(contents: ArchiveContents, { digest }: Descriptor) {
  const bytes = blobOf(contents, digest);
  const manifest = parseManifest(bytes);
  const inner = 'manifests' in manifest ? [] : [manifest.config, ...manifest.layers];
  const blobs = inner
    .filter((blob) => contents.document(blobPath(blob.digest)) !== undefined)
    .map((blob) => ({ digest: blob.digest, bytes: blobOf(contents, blob.digest) }));
  return [{ digest, bytes }, ...blobs];
}

function missing(path: string): never {
  throw new EngineError('invalid', `invalid archive: ${path} not found`);
}

/** Tools put the names in different annotations. A tag alone isn't enough. */
function namesOf({ annotations = {} }: Descriptor): Reference[] {
  const full = annotations['io.containerd.image.name'];
  const short = annotations['org.opencontainers.image.ref.name'];
  const name = full ?? (short !== undefined && /[:/]/.test(short) ? short : undefined);
  return name === undefined ? [] : [withDefaultTag(parseReference(name))];
}

/** The image of a descriptor in an OCI layout. */
function fromManifest(
  contents: ArchiveContents,
  images: Images,
  { digest, mediaType }: Descriptor,
): ImageDocuments {
  const bytes = blobOf(contents, digest);
  const parsed = parseManifest(bytes);
  if ('manifests' in parsed) {
    throw new EngineError('invalid', 'an index inside an image index');
  }
  return checked(
    contents,
    images,
    blobOf(contents, parsed.config.digest),
    parsed.layers.map((layer) => blobPath(layer.digest)),
    { manifest: parsed, raw: { bytes, digest, mediaType } },
  );
}

const blobPath = (digest: string) => `blobs/${digest.replace(':', '/')}`;

/** A small blob, whose content must have the given digest. */
function blobOf(contents: ArchiveContents, digest: string): Buffer {
  const bytes = contents.document(blobPath(digest)) ?? missing(blobPath(digest));
  if (sha256(bytes) === digest) return bytes;
  throw new EngineError('invalid', `content verification failed for ${digest}`);
}

/** Checks that the layers match the configuration, and the manifest if there is one. */
function checked(
  contents: ArchiveContents,
  images: Images,
  rawConfig: Buffer,
  layerFiles: readonly string[],
  original: { manifest: Manifest; raw: RawManifest } | undefined,
): ImageDocuments {
  const document = parseDocument('image configuration', rawConfig, imageDocumentSchema);
  const { diff_ids } = document.rootfs;
  if (diff_ids.length !== layerFiles.length) {
    throw new EngineError(
      'invalid',
      `invalid manifest, layers length mismatch: expected ${layerFiles.length}, got ${diff_ids.length}`,
    );
  }
  for (const [place, path] of layerFiles.entries()) {
    const layer = contents.layer(path) ?? missing(path);
    if (layer.diffId !== diff_ids[place]) {
      throw new EngineError(
        'invalid',
        `invalid diffID for layer ${place}: expected "${diff_ids[place]}", got "${layer.diffId}"`,
      );
    }
    const announced = original?.manifest.layers[place]?.digest;
    if (announced !== undefined && announced !== layer.digest) {
      throw new EngineError('invalid', `content verification failed for ${announced}`);
    }
  }
  const sizeOf = (diffId: string) => images.layers.get(diffId)?.size ?? 0;
  const rawManifest = original?.raw ?? localManifest(rawConfig, diff_ids, sizeOf);
  return { rawConfig, document, rawManifest };
}

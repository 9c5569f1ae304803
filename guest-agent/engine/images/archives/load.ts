import * as z from 'zod';
import { EngineError } from '../../../errors.ts';
import {
  type Descriptor,
  imageDocumentSchema,
  indexSchema,
  type Manifest,
  parseDocument,
  parseManifest,
} from '../../../registry/manifest.ts';
import type { RawManifest } from '../../../registry/origin.ts';
import { choosePlatform, nativePlatform, type Platform } from '../../../registry/platform.ts';
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
import { requirePlatform } from '../store/platform.ts';
import { ArchiveContents } from './archive-contents.ts';

/** One line of a load's answer. */
export type LoadMessage = ProgressMessage | { readonly stream: string };

/** A complete image of an archive, with its names there. */
interface Loadable {
  readonly documents: ImageDocuments;
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
  { quiet, platform }: { quiet: boolean; platform: Platform | undefined },
  signal: AbortSignal,
): AsyncGenerator<LoadMessage> {
  using contents = new ArchiveContents(images);
  try {
    const reading = withProgress(signal, (report) => contents.read(archive, report));
    for await (const message of reading) if (!quiet) yield message;
    const found = loadables(contents, images, platform);
    for (const { documents } of found) {
      requirePlatform(documents.document, sha256(documents.rawConfig), platform);
    }
    for (const { documents, names } of found) {
      for (const name of names) {
        const old = images.store.named(name);
        if (old === undefined || old.id === sha256(documents.rawConfig)) continue;
        yield line(
          `The image ${familiarName(name)} already exists, renaming the old one with ID ${old.id} to empty string`,
        );
      }
      const image = await images.add(documents, names);
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
  platform: Platform | undefined,
): Loadable[] {
  const docker = contents.document('manifest.json');
  if (docker !== undefined) {
    return parseDocument('manifest.json', docker, dockerArchiveSchema).map((item) => {
      const rawConfig = contents.document(item.Config) ?? missing(item.Config);
      const files = item.Layers ?? [];
      return {
        documents: checked(contents, images, rawConfig, files, undefined),
        names: (item.RepoTags ?? []).map((tag) => withDefaultTag(parseReference(tag))),
      };
    });
  }
  const index = contents.document('index.json') ?? missing('index.json');
  return parseDocument('index.json', index, indexSchema).manifests.map((entry) => ({
    documents: fromManifest(contents, images, entry, platform ?? nativePlatform()),
    names: namesOf(entry),
  }));
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

/** The image of a descriptor in an OCI layout. From an index, takes the image for the platform. */
function fromManifest(
  contents: ArchiveContents,
  images: Images,
  { digest, mediaType }: Descriptor,
  platform: Platform,
  depth = 0,
): ImageDocuments {
  const bytes = blobOf(contents, digest);
  const parsed = parseManifest(bytes);
  if ('manifests' in parsed) {
    const place = choosePlatform(
      platform,
      parsed.manifests.map((entry) => entry.platform),
    );
    const chosen = parsed.manifests[place];
    if (chosen === undefined || depth > 4) {
      throw new EngineError('not-found', 'no image for the platform found in the archive');
    }
    return fromManifest(contents, images, chosen, platform, depth + 1);
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

import {
  blobTypes,
  type ImageDocument,
  imageDocumentSchema,
  type Manifest,
  mediaTypes,
  parseDocument,
} from '../../../registry/manifest.ts';
import type { RawManifest } from '../../../registry/origin.ts';
import { nativePlatform, type Platform } from '../../../registry/platform.ts';
import { sha256 } from '../../../store/digest.ts';
import type { Layer } from '../../../store/layers/layers.ts';
import type { ImageConfig } from './image.ts';
import type { StoredImage } from './stored-image.ts';

/** The diff ID of a layer that changes nothing: a tar of an end mark alone. */
const EMPTY_LAYER = sha256(Buffer.alloc(1024));

/** An image to be made, of one that is there, or of nothing. */
export interface NewImage {
  /** Without one, the image begins empty. */
  readonly parent?: StoredImage | undefined;
  /** What is new on top of the parent's layers. One that is empty counts as none. */
  readonly layer?: Layer | undefined;
  /** The whole configuration; the parent's is not merged in. */
  readonly config: ImageConfig;
  /** The step that made it, as `docker history` shows it. */
  readonly createdBy: string;
  readonly author?: string;
  readonly comment?: string;
  /** ISO 8601. */
  readonly created: string;
  /** The parent's, or this machine's, when left out. */
  readonly platform?: Platform;
  /** A build made it: `builtFrom` finds it by its parent and `createdBy`. */
  readonly isBuildStep?: boolean;
}

export interface ImageDocuments {
  readonly rawConfig: Buffer;
  readonly document: ImageDocument;
  readonly rawManifest: RawManifest;
}

/**
 * The documents of a new image (OCI image-spec, config.md and manifest.md); `sizeOf` knows the
 * parent's layers.
 */
export function newImageDocuments(
  request: NewImage,
  sizeOf: (diffId: string) => number,
): ImageDocuments {
  const { parent, created, comment = '' } = request;
  const layer = request.layer?.diffId === EMPTY_LAYER ? undefined : request.layer;
  const author = request.author || parent?.document.author || '';
  const step = {
    created,
    created_by: request.createdBy,
    ...(author === '' ? {} : { author }),
    ...(comment === '' ? {} : { comment }),
    ...(layer === undefined ? { empty_layer: true } : {}),
  };
  const diffIds = [...(parent?.layers ?? []), ...(layer === undefined ? [] : [layer.diffId])];
  const { os, architecture, variant } = request.platform ?? parent?.document ?? nativePlatform();
  const rawConfig = Buffer.from(
    JSON.stringify({
      architecture,
      ...(variant === undefined ? {} : { variant }),
      os,
      created,
      ...(author === '' ? {} : { author }),
      ...(comment === '' ? {} : { comment }),
      config: request.config,
      rootfs: { type: 'layers', diff_ids: diffIds },
      history: [...(parent?.document.history ?? []), step],
    }),
  );
  return {
    rawConfig,
    document: parseDocument('image configuration', rawConfig, imageDocumentSchema),
    rawManifest: localManifest(rawConfig, diffIds, (diffId) =>
      diffId === layer?.diffId ? layer.size : sizeOf(diffId),
    ),
  };
}

/** The manifest of an image whose layers are kept as plain tars (OCI image-spec, manifest.md). */
export function localManifest(
  rawConfig: Uint8Array,
  diffIds: readonly string[],
  sizeOf: (diffId: string) => number,
): RawManifest {
  const mediaType = mediaTypes.ociManifest;
  const manifest: Manifest & { mediaType: string } = {
    schemaVersion: 2,
    mediaType,
    config: {
      mediaType: blobTypes.ociConfig,
      digest: sha256(rawConfig),
      size: rawConfig.length,
    },
    layers: diffIds.map((digest) => ({
      mediaType: blobTypes.ociLayer,
      digest,
      size: sizeOf(digest),
    })),
  };
  const bytes = Buffer.from(JSON.stringify(manifest));
  return { bytes, mediaType, digest: sha256(bytes) };
}

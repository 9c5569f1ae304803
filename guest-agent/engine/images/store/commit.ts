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
import { withSortedMaps } from './sorted-config.ts';
import type { StoredImage } from './stored-image.ts';

/** The diff ID of a layer without changes: a tar with only an end mark. */
const EMPTY_LAYER = sha256(Buffer.alloc(1024));

/** An image to create, with or without a parent. */
export interface NewImage {
  /** Without a parent, the image begins empty. */
  readonly parent?: StoredImage | undefined;
  /** The layer on top of the parent's layers. An empty layer counts as none. */
  readonly layer?: Layer | undefined;
  /** The whole configuration. Nothing is merged from the parent. */
  readonly config: ImageConfig;
  /**
   * The step that created the image, as `docker history` shows it. Undefined for a step that the
   * history leaves out.
   */
  readonly createdBy: string | undefined;
  readonly author?: string;
  readonly comment?: string;
  /** ISO 8601. */
  readonly created: string;
  /** By default the parent's platform, or the VM's. */
  readonly platform?: Platform;
  /** The step of a build that created the image. `builtFrom` finds it by its parent and this text. */
  readonly buildStep?: string;
}

/** One step of an image that several steps create. */
export interface ImageStep {
  /** See `NewImage`. */
  readonly createdBy: string | undefined;
  readonly author?: string;
  readonly comment?: string;
  /** ISO 8601. */
  readonly created: string;
  /** The layer on top of the earlier steps' layers. As in BuildKit, it can be empty. */
  readonly layer?: Layer | undefined;
}

/** An image to create by several steps. */
export interface SteppedImage extends Pick<NewImage, 'parent' | 'config' | 'platform'> {
  readonly steps: readonly ImageStep[];
  /** Whether the steps name the author too. By default, they do. */
  readonly stepsHaveAuthor?: boolean;
}

export interface ImageDocuments {
  readonly rawConfig: Buffer;
  readonly document: ImageDocument;
  readonly rawManifest: RawManifest;
}

/**
 * The documents of a new image (OCI image-spec, config.md and manifest.md). `sizeOf` returns the
 * sizes of the parent's layers.
 */
export function newImageDocuments(
  { parent, config, platform, layer, ...rest }: NewImage,
  sizeOf: (diffId: string) => number,
): ImageDocuments {
  const step = { ...rest, layer: layer?.diffId === EMPTY_LAYER ? undefined : layer };
  return steppedImageDocuments(
    { parent, config, steps: [step], ...(platform === undefined ? {} : { platform }) },
    sizeOf,
  );
}

/** The same for an image that several steps create: at least one. */
export function steppedImageDocuments(
  request: SteppedImage,
  sizeOf: (diffId: string) => number,
): ImageDocuments {
  const { parent, steps, stepsHaveAuthor = true } = request;
  const { created, createdBy, comment = '' } = steps.at(-1) ?? {};
  let author = parent?.document.author ?? '';
  const layers: Layer[] = [];
  const history = [];
  for (const step of steps) {
    author = step.author || author;
    const { layer } = step;
    if (layer !== undefined) layers.push(layer);
    if (step.createdBy === undefined) continue;
    history.push({
      created: step.created,
      created_by: step.createdBy,
      ...(author === '' || !stepsHaveAuthor ? {} : { author }),
      ...(step.comment ? { comment: step.comment } : {}),
      ...(layer === undefined ? { empty_layer: true } : {}),
    });
  }
  const diffIds = [...(parent?.layers ?? []), ...layers.map(({ diffId }) => diffId)];
  const { os, architecture, variant } = request.platform ?? parent?.document ?? nativePlatform();
  const rawConfig = Buffer.from(
    JSON.stringify({
      architecture,
      ...(variant === undefined ? {} : { variant }),
      os,
      created,
      ...(author === '' ? {} : { author }),
      // As in Docker, only an image that no step created has a comment of its own.
      ...(createdBy === '' && comment !== '' ? { comment } : {}),
      config: withSortedMaps(request.config),
      rootfs: { type: 'layers', diff_ids: diffIds },
      history: [...(parent?.document.history ?? []), ...history],
    }),
  );
  return {
    rawConfig,
    document: parseDocument('image configuration', rawConfig, imageDocumentSchema),
    rawManifest: localManifest(
      rawConfig,
      diffIds,
      (diffId) => layers.find((layer) => layer.diffId === diffId)?.size ?? sizeOf(diffId),
    ),
  };
}

/** The manifest of an image whose layers are stored as plain tars (OCI image-spec, manifest.md). */
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

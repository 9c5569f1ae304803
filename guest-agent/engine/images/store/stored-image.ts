import type { ImageDocument } from '../../../registry/manifest.ts';
import type { Image } from './image.ts';
import type { ImageRecord } from './records.ts';

/** An image with all of its stored data. */
export interface StoredImage extends Image {
  readonly document: ImageDocument;
  readonly record: ImageRecord;
}

/** The digests of all manifests under which registries have the image. */
export function manifestDigests({ record }: StoredImage): string[] {
  return [record.manifest, ...(record.manifests ?? [])].map(({ digest }) => digest);
}

export function storedImage(record: ImageRecord, document: ImageDocument): StoredImage {
  return {
    id: record.id,
    config: document.config ?? {},
    layers: document.rootfs.diff_ids,
    architecture: document.architecture,
    os: document.os,
    ...(document.variant === undefined ? {} : { variant: document.variant }),
    ...(document.created === undefined ? {} : { created: document.created }),
    manifest: record.manifest,
    document,
    record,
  };
}

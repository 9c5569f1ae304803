import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { sha256 } from '../../store/digest.ts';
import { type Descriptor, mediaTypes } from '../manifest.ts';
import { nativePlatform } from '../platform.ts';

export interface TestLayer {
  readonly tar: Buffer;
  readonly compression?: 'gzip' | 'zstd' | 'none';
}

/** A whole image in memory: its blobs and their relations. */
export interface TestImage {
  readonly blobs: ReadonlyMap<string, Buffer>;
  readonly manifest: Descriptor;
  readonly config: Descriptor;
  readonly layers: readonly Descriptor[];
  readonly diffIds: readonly string[];
}

/** Creates an OCI image for the local platform. `config` is its run configuration. */
export function testImage(
  layers: readonly TestLayer[],
  config: object = {},
  platform: object = nativePlatform(),
): TestImage {
  const blobs = new Map<string, Buffer>();
  const add = (bytes: Buffer, mediaType: string): Descriptor => {
    const digest = sha256(bytes);
    blobs.set(digest, bytes);
    return { mediaType, digest, size: bytes.length };
  };
  const addJson = (document: object, mediaType: string) =>
    add(Buffer.from(JSON.stringify(document)), mediaType);

  const descriptors = layers.map(({ tar, compression = 'gzip' }) => {
    const type = 'application/vnd.oci.image.layer.v1.tar';
    if (compression === 'gzip') return add(gzipSync(tar), `${type}+gzip`);
    if (compression === 'zstd') return add(zstdCompressSync(tar), `${type}+zstd`);
    return add(tar, type);
  });
  const diffIds = layers.map(({ tar }) => sha256(tar));
  const configDescriptor = addJson(
    {
      created: '2024-01-02T03:04:05Z',
      ...platform,
      config,
      rootfs: { type: 'layers', diff_ids: diffIds },
      history: diffIds.map((id) => ({ created: '2024-01-02T03:04:05Z', created_by: `add ${id}` })),
    },
    'application/vnd.oci.image.config.v1+json',
  );
  const manifest = addJson(
    {
      schemaVersion: 2,
      mediaType: mediaTypes.ociManifest,
      config: configDescriptor,
      layers: descriptors,
    },
    mediaTypes.ociManifest,
  );
  return { blobs, manifest, config: configDescriptor, layers: descriptors, diffIds };
}

/** Writes an OCI layout with the images under the given reference names. */
export async function writeLayout(
  directory: string,
  images: Readonly<Record<string, TestImage>>,
): Promise<void> {
  const blobs = join(directory, 'blobs', 'sha256');
  await mkdir(blobs, { recursive: true });
  for (const image of Object.values(images)) {
    for (const [digest, bytes] of image.blobs) {
      await writeFile(join(blobs, digest.slice('sha256:'.length)), bytes);
    }
  }
  const manifests = Object.entries(images).map(([name, { manifest }]) => ({
    ...manifest,
    annotations: { 'org.opencontainers.image.ref.name': name },
  }));
  await writeFile(join(directory, 'index.json'), JSON.stringify({ schemaVersion: 2, manifests }));
  await writeFile(join(directory, 'oci-layout'), '{"imageLayoutVersion":"1.0.0"}');
}

import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Arch } from '../arch.ts';
import type { StarterImage } from './images.ts';
import { packLayer } from './layer.ts';

interface Descriptor {
  mediaType: string;
  digest: string;
  size: number;
  annotations?: Record<string, string>;
  platform?: { os: string; architecture: string };
}

/**
 * Writes an OCI image layout (image-spec, image-layout.md) with the images. `created` is the images'
 * date. It must depend only on the inputs, so that the same inputs give the same images.
 */
export async function writeLayout(
  arch: Arch,
  images: readonly StarterImage[],
  created: Date,
  directory: string,
): Promise<void> {
  await mkdir(join(directory, 'blobs/sha256'), { recursive: true });
  const manifests: Descriptor[] = [];
  for (const image of images) {
    manifests.push({
      ...(await writeImage(arch, image, created.toISOString(), directory)),
      annotations: { 'org.opencontainers.image.ref.name': image.reference },
      platform: { os: 'linux', architecture: arch.oci },
    });
  }
  const index = {
    schemaVersion: 2,
    mediaType: 'application/vnd.oci.image.index.v1+json',
    manifests,
  };
  await writeFile(join(directory, 'index.json'), JSON.stringify(index));
  await writeFile(join(directory, 'oci-layout'), JSON.stringify({ imageLayoutVersion: '1.0.0' }));
}

async function writeImage(
  arch: Arch,
  image: StarterImage,
  created: string,
  directory: string,
): Promise<Descriptor> {
  const blob = async (mediaType: string, content: Buffer): Promise<Descriptor> => {
    const digest = digestOf(content);
    await writeFile(join(directory, 'blobs', digest.replace(':', '/')), content);
    return { mediaType, digest, size: content.length };
  };
  const json = (mediaType: string, value: unknown) =>
    blob(mediaType, Buffer.from(JSON.stringify(value)));

  const tar = await packLayer(image.layer);
  const layer = await blob(
    'application/vnd.oci.image.layer.v1.tar+gzip',
    gzipSync(tar, { level: 9 }),
  );
  const config = await json('application/vnd.oci.image.config.v1+json', {
    created,
    architecture: arch.oci,
    os: 'linux',
    config: {
      Env: ['PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'],
      Cmd: image.command,
    },
    rootfs: { type: 'layers', diff_ids: [digestOf(tar)] },
    history: [{ created, created_by: 'berth starter image' }],
  });
  return await json('application/vnd.oci.image.manifest.v1+json', {
    schemaVersion: 2,
    mediaType: 'application/vnd.oci.image.manifest.v1+json',
    config,
    layers: [layer],
  });
}

function digestOf(content: Buffer): string {
  return `sha256:${createHash('sha256').update(content).digest('hex')}`;
}

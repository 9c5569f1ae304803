import { blobTypes, mediaTypes } from '../../../registry/manifest.ts';
import type { RawManifest } from '../../../registry/origin.ts';
import { nativePlatform, type Platform } from '../../../registry/platform.ts';
import { type TestImage, testImage } from '../../../registry/testing/test-image.ts';
import { sha256 } from '../../../store/digest.ts';
import type { ImageDocuments } from '../store/commit.ts';
import { newImageDocuments } from '../store/commit.ts';
import type { IndexDocuments } from '../store/index-documents.ts';

/** The VM's platform, and one that it emulates. */
export const native: Platform = nativePlatform();
export const foreign: Platform =
  native.architecture === 'arm64'
    ? { os: 'linux', architecture: 'amd64' }
    : { os: 'linux', architecture: 'arm64', variant: 'v8' };

/** An image without layers. */
export function documentsFor(platform: Platform, label: string): ImageDocuments {
  const config = { Labels: { label } };
  const created = '2026-01-02T03:04:05.000Z';
  return newImageDocuments({ config, createdBy: 'test', created, platform }, () => 0);
}

/** An index of the images, with an attestation for each. */
export function indexFor(images: readonly ImageDocuments[]): IndexDocuments {
  const blobs: { digest: string; bytes: Buffer }[] = [];
  const add = (document: object) => {
    const bytes = Buffer.from(JSON.stringify(document));
    const digest = sha256(bytes);
    blobs.push({ digest, bytes });
    return { digest, size: bytes.length };
  };
  const entries = images.map(({ rawManifest, document: { os, architecture, variant } }) => ({
    ...{ mediaType: rawManifest.mediaType, digest: rawManifest.digest },
    size: rawManifest.bytes.length,
    platform: { os, architecture, ...(variant === undefined ? {} : { variant }) },
  }));
  const attestations = entries.map(({ digest }) => {
    const statement = add({
      _type: 'https://in-toto.io/Statement/v0.1',
      predicateType: 'https://slsa.dev/provenance/v0.2',
      subject: [{ name: 'image', digest: { sha256: digest.slice('sha256:'.length) } }],
      predicate: { builder: { id: digest } },
    });
    const manifest = add({
      schemaVersion: 2,
      mediaType: mediaTypes.ociManifest,
      config: { mediaType: blobTypes.ociConfig, ...add({ os: 'unknown', of: digest }) },
      layers: [
        {
          mediaType: 'application/vnd.in-toto+json',
          ...statement,
          annotations: { 'in-toto.io/predicate-type': 'https://slsa.dev/provenance/v0.2' },
        },
      ],
    });
    return {
      ...{ mediaType: mediaTypes.ociManifest, ...manifest },
      annotations: {
        'vnd.docker.reference.digest': digest,
        'vnd.docker.reference.type': 'attestation-manifest',
      },
      platform: { architecture: 'unknown', os: 'unknown' },
    };
  });
  return { index: rawIndex([...entries, ...attestations]), images, blobs };
}

function rawIndex(manifests: readonly object[]): RawManifest {
  const mediaType = mediaTypes.ociIndex;
  const bytes = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType, manifests }));
  return { bytes, mediaType, digest: sha256(bytes) };
}

/** Images in a registry, combined by an index. */
export function testIndex(images: ReadonlyMap<Platform, TestImage>): TestImage {
  const [first] = images.values();
  const all = [...images];
  const { bytes, mediaType, digest } = rawIndex(
    all.map(([platform, { manifest }]) => ({ ...manifest, platform })),
  );
  const blobs = new Map([
    ...all.flatMap(([, image]) => [...image.blobs]),
    [digest, bytes] as [string, Buffer],
  ]);
  const manifest = { mediaType, digest, size: bytes.length };
  return { ...(first ?? testImage([])), blobs, manifest };
}

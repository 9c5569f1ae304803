import { gzipSync } from 'node:zlib';
import { blobTypes, mediaTypes } from '../../../guest-agent/registry/manifest.ts';
import { writeTar } from '../../../guest-agent/store/testing/tar-writer.ts';
import {
  bytesOf,
  described,
  type HostileImage,
  ofIndex,
  ofLayer,
  ofManifest,
  ordinary,
} from './image.ts';

const layer = described(ordinary.layer, blobTypes.ociLayer);
const config = described(ordinary.config, blobTypes.ociConfig);
const ZEROS = Buffer.alloc(100 << 20);
const small = writeTar([{ name: 'file', content: 'x' }]);

/** Manifests that name what doesn't exist or doesn't fit. */
export const manifests: readonly HostileImage[] = [
  ofManifest('no layers', { layers: [] }),
  ofManifest('10,000 layers', { layers: Array.from({ length: 10_000 }, () => layer) }),
  ofManifest('layer with a negative size', { layers: [{ ...layer, size: -1 }] }),
  ofManifest('layer of an exabyte', { layers: [{ ...layer, size: 2 ** 60 }] }),
  ofManifest('layer of one byte', { layers: [{ ...layer, size: 1 }] }),
  ofManifest('digest with a path', {
    layers: [{ ...layer, digest: 'sha256:../../../etc/passwd' }],
  }),
  ofManifest('digest in capitals', { layers: [{ ...layer, digest: layer.digest.toUpperCase() }] }),
  ofManifest('digest of an unknown kind', { layers: [{ ...layer, digest: 'md5:0123' }] }),
  ofManifest('layer from a file', {
    layers: [{ ...layer, digest: `sha256:${'1'.repeat(64)}`, urls: ['file:///etc/passwd'] }],
  }),
  ofManifest('layer of an unknown kind', { layers: [{ ...layer, mediaType: 'text/html' }] }),
  ofManifest('encrypted layer', {
    layers: [{ ...layer, mediaType: `${blobTypes.ociLayer}+encrypted` }],
  }),
  ofManifest('config as its layer', { layers: [config], config: layer }),
  ofManifest('config of a terabyte', { config: { ...config, size: 2 ** 40 } }),
  ofManifest('no config', { config: null }),
  ofManifest('artifact without an image', {
    ...{ artifactType: 'application/x', layers: [] },
    config: { ...config, mediaType: 'application/vnd.oci.empty.v1+json' },
  }),
  ofManifest('subject', { subject: { ...config, size: -7 } }),
  ofManifest(
    'two lists of layers',
    Buffer.from(
      JSON.stringify({
        schemaVersion: 2,
        mediaType: mediaTypes.ociManifest,
        config,
        layers: [layer],
      }).replace('"layers"', '"layers":[],"layers"'),
    ),
  ),
  ofManifest('annotations of 3 MB', { annotations: { a: 'x'.repeat(3_000_000) } }),
];

/** Indexes that lead nowhere, in circles or to something else. */
export const indexes: readonly HostileImage[] = [
  ofIndex('empty', () => []),
  ofIndex('10,000 entries', (entry) => Array.from({ length: 10_000 }, () => entry)),
  ofIndex('only other platforms', (entry) => [
    { ...entry, platform: { os: 'plan9', architecture: 'mips' } },
  ]),
  ofIndex('platform is null', (entry) => [{ ...entry, platform: null }]),
  ofIndex('platform with paths', (entry) => [
    { ...entry, platform: { os: '../..', architecture: '\0' } },
  ]),
  ofIndex('wrong size', (entry) => [{ ...entry, size: 1 }]),
  ofIndex('manifest that is missing', (entry) => [
    { ...entry, digest: `sha256:${'2'.repeat(64)}` },
  ]),
  ofIndex('config as a manifest', () => [{ ...config, mediaType: mediaTypes.ociManifest }]),
  ofIndex('entries of numbers', () => [1, null, 'x']),
  ofIndex('index in the place of a manifest', (entry) => [
    { ...entry, mediaType: mediaTypes.ociIndex },
  ]),
  ofIndex('called a manifest', (entry) => [entry], { mediaType: mediaTypes.ociManifest }),
  ofIndex('with layers of its own', (entry) => [entry], { config, layers: [layer] }),
];

/** Layers that aren't what the manifest or the config says. */
export const layers: readonly HostileImage[] = [
  ofLayer('compressed, called uncompressed', gzipSync(small), blobTypes.ociLayer, small),
  ofLayer('uncompressed, called gzip', small, blobTypes.ociLayerGzip),
  ofLayer('gzip, called zstd', gzipSync(small), blobTypes.ociLayerZstd, small),
  ofLayer('gzip within gzip', gzipSync(gzipSync(small)), blobTypes.ociLayerGzip, small),
  ofLayer('digest of the compressed layer', gzipSync(small), blobTypes.ociLayerGzip),
  ofLayer('half', gzipSync(small).subarray(0, 40), blobTypes.ociLayerGzip, small),
  ofLayer('JSON', bytesOf({ not: 'a tar' }), blobTypes.ociLayer),
  ofLayer('100 MB of zeros in 100 KB', gzipSync(ZEROS), blobTypes.ociLayerGzip, ZEROS),
];

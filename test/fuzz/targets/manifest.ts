import {
  imageDocumentSchema,
  indexSchema,
  manifestSchema,
  mediaTypes,
  parseDocument,
  parseManifest,
} from '../../../guest-agent/registry/manifest.ts';
import { choosePlatform, parsePlatform } from '../../../guest-agent/registry/platform.ts';
import { type Target, tryAll } from '../target.ts';

const digest = `sha256:${'0123456789abcdef'.repeat(4)}`;
const layer = { mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip', digest, size: 123 };

/** Manifests, indexes and configurations, as registries and archives have them. */
export const manifest: Target = {
  isJson: true,
  seeds: [
    JSON.stringify({
      ...{ schemaVersion: 2, mediaType: mediaTypes.ociManifest, layers: [layer, layer] },
      config: { mediaType: 'application/vnd.oci.image.config.v1+json', digest, size: 5 },
    }),
    JSON.stringify({
      ...{ schemaVersion: 2, mediaType: mediaTypes.ociIndex },
      manifests: [
        { ...layer, platform: { os: 'linux', architecture: 'arm64', variant: 'v8' } },
        { ...layer, annotations: { 'org.opencontainers.image.ref.name': 'latest' } },
      ],
    }),
    JSON.stringify({
      ...{ architecture: 'amd64', os: 'linux', created: '2026-01-02T03:04:05Z' },
      config: {
        ...{ Env: ['PATH=/bin'], Cmd: ['sh'], ExposedPorts: { '80/tcp': {} }, User: '0' },
        Healthcheck: { Test: ['CMD', 'true'], Interval: 1e9 },
      },
      rootfs: { type: 'layers', diff_ids: [digest] },
      history: [{ created_by: 'RUN true', empty_layer: true }],
    }),
  ],
  words: ['"manifests":', '"schemaVersion":1', 'sha256:', '"platform":', '{}', '[]'],
  read(input) {
    const [index] = tryAll([
      () => parseDocument('index', input, indexSchema),
      () => parseManifest(input),
      () => parseDocument('manifest', input, manifestSchema),
      () => parseDocument('config', input, imageDocumentSchema),
      () => parsePlatform(input.toString('utf8', 0, 1000)),
    ]);
    const found = indexSchema.safeParse(index);
    if (!found.success) return;
    const platforms = found.data.manifests.map(({ platform }) => platform);
    choosePlatform({ os: 'linux', architecture: 'arm64' }, platforms);
  },
};

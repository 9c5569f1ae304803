import { blobTypes, mediaTypes } from '../../../guest-agent/registry/manifest.ts';
import { nativePlatform } from '../../../guest-agent/registry/platform.ts';
import { sha256 } from '../../../guest-agent/store/digest.ts';
import { boxLayer } from '../../conformance/images.ts';

/** An image that no honest program makes, as a registry serves it. */
export interface HostileImage {
  readonly name: string;
  /** What the registry answers for the tag. */
  readonly top: Buffer;
  readonly blobs: readonly Buffer[];
  readonly isIndex?: boolean;
}

export type Json = Readonly<Record<string, unknown>>;

/** Has a shell, so that what an image asks for comes into effect. */
const layer = await boxLayer();
const diffId = sha256(layer);

export const bytesOf = (document: unknown): Buffer =>
  Buffer.isBuffer(document)
    ? document
    : Buffer.from(typeof document === 'string' ? document : JSON.stringify(document));

export const described = (bytes: Buffer, mediaType: string, more: Json = {}) => ({
  ...{ mediaType, digest: sha256(bytes), size: bytes.length },
  ...more,
});

/** An ordinary config with changes: of the whole document, and of its part for containers. */
export const configWith = (document: Json = {}, config: unknown = {}) => ({
  ...nativePlatform(),
  config: isPlain(config) ? { Cmd: ['sh', '-c', 'echo ran'], ...config } : config,
  rootfs: { type: 'layers', diff_ids: [diffId] },
  ...document,
});

const isPlain = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** An ordinary manifest with changes. */
export function manifestWith(config: Buffer, more: Json = {}, tar = layer): Json {
  return {
    ...{ schemaVersion: 2, mediaType: mediaTypes.ociManifest },
    config: described(config, blobTypes.ociConfig),
    layers: [described(tar, blobTypes.ociLayer)],
    ...more,
  };
}

/** An image with this config. */
export function ofConfig(name: string, document: unknown): HostileImage {
  const config = bytesOf(document);
  return {
    name: `config: ${name}`,
    ...{ top: bytesOf(manifestWith(config)), blobs: [config, layer] },
  };
}

/** An image whose manifest has these changes. */
export function ofManifest(name: string, more: Json | Buffer, blobs: readonly Buffer[] = []) {
  const config = bytesOf(configWith());
  const top = Buffer.isBuffer(more) ? more : bytesOf(manifestWith(config, more));
  return { name: `manifest: ${name}`, top, blobs: [config, layer, ...blobs] };
}

/** An image whose only layer is `sent`, for a config that announces `tar`. */
export function ofLayer(name: string, sent: Buffer, mediaType: string, tar = sent): HostileImage {
  const rootfs = { type: 'layers', diff_ids: [sha256(tar)] };
  const config = bytesOf(configWith({ rootfs }));
  const manifest = manifestWith(config, { layers: [described(sent, mediaType)] });
  return { name: `layer: ${name}`, top: bytesOf(manifest), blobs: [config, sent] };
}

/** An index with entries made of an ordinary manifest. */
export function ofIndex(
  name: string,
  entries: (manifest: Json) => readonly unknown[],
  more: Json = {},
): HostileImage {
  const config = bytesOf(configWith());
  const manifest = bytesOf(manifestWith(config));
  const entry = described(manifest, mediaTypes.ociManifest, { platform: nativePlatform() });
  const index = { schemaVersion: 2, mediaType: mediaTypes.ociIndex, manifests: entries(entry) };
  return {
    name: `index: ${name}`,
    ...{ top: bytesOf({ ...index, ...more }), blobs: [config, layer, manifest], isIndex: true },
  };
}

export const ordinary = { layer, diffId, config: bytesOf(configWith()) };

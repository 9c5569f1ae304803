import type { StageHash } from '../../build/session.ts';
import {
  bytesBlob,
  manifestDescriptor,
  type OciBlob,
  type OciContent,
  rawManifest,
} from '../../engine/images/store/oci-content.ts';
import { EngineError } from '../../errors.ts';
import { type Descriptor, mediaTypes } from '../../registry/manifest.ts';
import { type WriteLayer, withFamily } from '../export/layer-blobs.ts';
import { CACHE_TYPE } from './cache-config.ts';
import type { CacheFormat } from './cache-format.ts';
import { cacheLayers, cacheRecords, isWithin } from './cache-records.ts';
import type { UsedStep } from './used-steps.ts';

/** What a cache is made of. */
export interface CacheSteps {
  readonly steps: readonly UsedStep[];
  readonly hashes: readonly StageHash[];
  /** The layers of each result, lowest first. */
  readonly results: readonly (readonly string[])[];
}

export interface CacheContent extends OciContent {
  readonly config: OciBlob;
  /** The blobs of layers. A layer that is at the destination already has none. */
  readonly layers: readonly { readonly digest: string; readonly blob: OciBlob | undefined }[];
}

/** The documents and layers of a cache, in BuildKit's format. Undefined if it has no layers. */
export async function cacheContent(
  { steps, hashes, results }: CacheSteps,
  format: CacheFormat,
  write: WriteLayer,
  signal: AbortSignal,
): Promise<CacheContent | undefined> {
  const { ociTypes, imageManifest, isMax } = format;
  const chains = steps.flatMap(({ chain }) => (chain === undefined ? [] : [chain]));
  const wanted = isMax ? chains : chains.filter((chain) => isWithin(chain, results));
  const diffIds = [...new Set(wanted.flat())];
  if (diffIds.length === 0) return undefined;
  if (imageManifest && !ociTypes) {
    throw new EngineError(
      'invalid',
      'invalid configuration for remote cache, OCI mediatypes are required for image-manifest cache format',
    );
  }
  const created = createdTimes(steps);
  const descriptors = new Map<string, Descriptor>();
  const layers: CacheContent['layers'][number][] = [];
  for (const diffId of diffIds) {
    const { descriptor, blob } = await write(diffId, signal);
    const time = created.get(diffId);
    descriptors.set(diffId, {
      ...withFamily(descriptor, ociTypes),
      annotations: {
        ...(time === undefined ? {} : { 'buildkit/createdat': time }),
        'containerd.io/uncompressed': diffId,
      },
    });
    layers.push({ digest: descriptor.digest, blob });
  }
  const listed = cacheLayers(wanted, (diffId) => descriptors.get(diffId)?.digest ?? '');
  const records = cacheRecords({ steps, hashes }, listed.placeOf);
  const config = bytesBlob(Buffer.from(JSON.stringify({ layers: listed.layers, records })));
  const configDescriptor = { mediaType: CACHE_TYPE, digest: config.digest, size: config.size };
  const all = [...new Map([...descriptors.values()].map((each) => [each.digest, each])).values()];
  all.sort((a, b) => (a.digest < b.digest ? -1 : 1));
  const index = ociTypes ? mediaTypes.ociIndex : mediaTypes.dockerIndex;
  const manifest = rawManifest({
    schemaVersion: 2,
    ...(imageManifest
      ? { mediaType: mediaTypes.ociManifest, config: configDescriptor, layers: all }
      : { mediaType: index, manifests: [...all, configDescriptor] }),
  });
  const blobs = [...layers.flatMap(({ blob }) => blob ?? []), config];
  return { top: manifestDescriptor(manifest), manifests: [manifest], blobs, layers, config };
}

/** When the layers were made that steps added. */
function createdTimes(steps: readonly UsedStep[]): Map<string, string> {
  const byKey = new Map(steps.map((step) => [step.key, step]));
  const times = new Map<string, string>();
  for (const { chain = [], parent, created } of steps) {
    const own = chain.at(-1);
    const before = byKey.get(parent)?.chain;
    if (own !== undefined && chain.length !== before?.length) times.set(own, created);
  }
  return times;
}

import type { LayerFormat } from '../../engine/images/distribution/compressed-layers.ts';
import { EngineError } from '../../errors.ts';
import { goBoolean } from '../../grammar/go-boolean.ts';
import { readLayerFormat } from '../export/image-options.ts';
import type { CachePlace } from './cache-places.ts';
import { cacheBoolean, cacheReference, isInsecureRegistry } from './cache-source.ts';

/** How a cache is written. */
export interface CacheFormat {
  /** Whether the documents have OCI's media types. Otherwise they have Docker's. */
  readonly ociTypes: boolean;
  /** Whether the layers are in an image manifest. Otherwise they are in an index. */
  readonly imageManifest: boolean;
  readonly layers: LayerFormat;
  /** Whether layers that came from a registry are compressed again too. */
  readonly forceCompression: boolean;
  /** Whether the steps have files that aren't in the result. */
  readonly isMax: boolean;
  readonly ignoresErrors: boolean;
}

const TYPES = ['inline', 'registry', 'local'];

/** Reads a `--cache-to`. Throws EngineError 'invalid' in Docker's words. */
export function readCacheFormat({ type, attributes }: CachePlace): CacheFormat {
  if (!TYPES.includes(type)) {
    throw new EngineError('invalid', `unknown cache exporter: ${JSON.stringify(type)}`);
  }
  try {
    if (type === 'local' && !attributes.dest) {
      throw new EngineError('invalid', 'local cache exporter requires dest');
    }
    if (type === 'registry') {
      cacheReference(attributes.ref);
      isInsecureRegistry(attributes);
    }
    const ociTypes = cacheBoolean(attributes, 'oci-mediatypes', true);
    return {
      ociTypes,
      imageManifest: cacheBoolean(attributes, 'image-manifest', ociTypes),
      // The layers of an inline cache are the image's.
      layers: readLayerFormat(type === 'inline' ? {} : attributes),
      forceCompression: ['1', 't', 'true'].includes(attributes['force-compression'] ?? ''),
      isMax: attributes.mode === 'max' && type !== 'inline',
      // As in BuildKit, a value that isn't a boolean is ignored.
      ignoresErrors: goBoolean(attributes['ignore-error'] ?? '') ?? false,
    };
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    const message = `failed to configure ${type} cache exporter: ${error.message}`;
    throw new EngineError('invalid', message, { cause: error });
  }
}

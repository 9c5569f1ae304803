import type { LayerFormat } from '../../engine/images/distribution/compressed-layers.ts';
import { EngineError } from '../../errors.ts';
import { parseReference, type Reference, withDefaultTag } from '../../registry/reference.ts';
import { type Annotations, readAnnotations } from './annotations.ts';
import { type Attributes, booleanAttribute, parseInteger } from './attributes.ts';

/** How an output writes an image. */
export interface ImageOptions {
  readonly names: readonly Reference[];
  /** Whether the documents have OCI's media types. Otherwise they have Docker's. */
  readonly ociTypes: boolean;
  /** Whether attestations are artifacts that refer to their image (OCI image-spec 1.1). */
  readonly ociArtifact: boolean;
  readonly format: LayerFormat;
  /** Whether layers that came from a registry are compressed again too. */
  readonly forceCompression: boolean;
  /** In seconds since 1970. No later time is in the image. */
  readonly epoch: number | undefined;
  /** Whether the files in new layers get that time too. */
  readonly rewriteTimestamp: boolean;
  readonly annotations: Annotations;
}

/** Where an image goes. */
export interface ImageTarget {
  readonly push: boolean;
  readonly pushByDigest: boolean;
  readonly isInsecure: boolean;
  readonly store: boolean;
  readonly nameCanonical: boolean;
}

/** `epoch` is the build's own SOURCE_DATE_EPOCH. Throws EngineError 'invalid' in Docker's words. */
export function readImageOptions(
  attributes: Attributes,
  ociByDefault: boolean,
  epoch: string | undefined,
): ImageOptions {
  const format = readLayerFormat(attributes);
  const ociArtifact = booleanAttribute(attributes, 'oci-artifact', false);
  return {
    names: (attributes.name ?? '')
      .split(',')
      .filter(Boolean)
      .map((name) => withDefaultTag(parseReference(name))),
    ociTypes: ociArtifact || booleanAttribute(attributes, 'oci-mediatypes', ociByDefault),
    ociArtifact,
    format,
    forceCompression: booleanAttribute(attributes, 'force-compression', false),
    epoch: readEpoch(attributes['source-date-epoch'], epoch),
    rewriteTimestamp: booleanAttribute(attributes, 'rewrite-timestamp', false),
    annotations: readAnnotations(attributes),
  };
}

/** Throws EngineError 'invalid' in Docker's words. */
export function readImageTarget(attributes: Attributes): ImageTarget {
  const is = (name: string, byDefault = false) => booleanAttribute(attributes, name, byDefault);
  return {
    push: is('push'),
    pushByDigest: is('push-by-digest'),
    isInsecure: is('registry.insecure'),
    store: is('store', true),
    nameCanonical: is('name-canonical'),
  };
}

/** The time that no time of a result is later than. An output's own comes before the build's. */
export function readEpoch(own: string | undefined, build: string | undefined): number | undefined {
  if (own !== undefined) {
    return own === '' ? undefined : parseInteger(own, 'invalid source-date-epoch');
  }
  if (build === undefined || build === '') return undefined;
  return parseInteger(
    build,
    `invalid SOURCE_DATE_EPOCH from frontend: ${JSON.stringify(build)}: invalid `,
  );
}

/** Throws EngineError 'invalid' in Docker's words. */
export function readLayerFormat(attributes: Attributes): LayerFormat {
  const { compression = 'gzip', 'compression-level': level } = attributes;
  if (!isCompression(compression)) {
    const isKnown = compression === 'estargz';
    throw new EngineError(
      'invalid',
      isKnown
        ? "Berth can't write layers with the compression estargz. Use gzip, zstd or uncompressed"
        : `unsupported compression type ${compression}`,
    );
  }
  if (level === undefined) return { compression };
  return {
    compression,
    level: parseInteger(level, `non-integer value ${level} specified for compression-level`),
  };
}

function isCompression(text: string): text is LayerFormat['compression'] {
  return ['gzip', 'zstd', 'uncompressed'].includes(text);
}

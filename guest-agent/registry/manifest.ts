import * as z from 'zod';
import { EngineError } from '../errors.ts';
import { DIGEST } from '../store/digest.ts';

/** OCI image-spec (manifest.md, image-index.md, config.md) and Docker's image manifest v2 schema 2. */
export const mediaTypes = {
  ociIndex: 'application/vnd.oci.image.index.v1+json',
  ociManifest: 'application/vnd.oci.image.manifest.v1+json',
  dockerIndex: 'application/vnd.docker.distribution.manifest.list.v2+json',
  dockerManifest: 'application/vnd.docker.distribution.manifest.v2+json',
} as const;

/** Media types of the blobs in a manifest (the same specifications, and media-types.md). */
export const blobTypes = {
  dockerConfig: 'application/vnd.docker.container.image.v1+json',
  ociConfig: 'application/vnd.oci.image.config.v1+json',
  ociLayer: 'application/vnd.oci.image.layer.v1.tar',
  ociLayerGzip: 'application/vnd.oci.image.layer.v1.tar+gzip',
  ociLayerZstd: 'application/vnd.oci.image.layer.v1.tar+zstd',
  dockerLayer: 'application/vnd.docker.image.rootfs.diff.tar',
  dockerLayerGzip: 'application/vnd.docker.image.rootfs.diff.tar.gzip',
  dockerLayerZstd: 'application/vnd.docker.image.rootfs.diff.tar.zstd',
} as const;

const digest = z.string().regex(DIGEST, 'not a sha256 digest');

export const platformSchema = z.object({
  os: z.string(),
  architecture: z.string(),
  variant: z.string().exactOptional(),
});

export const descriptorSchema = z.object({
  mediaType: z.string(),
  digest,
  size: z.number().int().nonnegative(),
  annotations: z.record(z.string(), z.string()).exactOptional(),
});
export type Descriptor = z.infer<typeof descriptorSchema>;

export const indexSchema = z.object({
  schemaVersion: z.literal(2),
  mediaType: z.string().exactOptional(),
  manifests: z.array(descriptorSchema.extend({ platform: platformSchema.exactOptional() })),
});
export type ImageIndex = z.infer<typeof indexSchema>;

export const manifestSchema = z.object({
  schemaVersion: z.literal(2),
  config: descriptorSchema,
  layers: z.array(descriptorSchema),
});
export type Manifest = z.infer<typeof manifestSchema>;

const strings = z.array(z.string());
const names = z.record(z.string(), z.object({}));

/**
 * The run configuration of containers. Unknown fields are kept, since `docker inspect` shows them.
 */
const runConfigSchema = z.looseObject({
  User: z.string().exactOptional(),
  ExposedPorts: names.exactOptional(),
  Env: strings.exactOptional(),
  Entrypoint: strings.exactOptional(),
  Cmd: strings.exactOptional(),
  Volumes: names.exactOptional(),
  WorkingDir: z.string().exactOptional(),
  Labels: z.record(z.string(), z.string()).exactOptional(),
  StopSignal: z.string().exactOptional(),
  Healthcheck: z
    .object({
      Test: strings.exactOptional(),
      Interval: z.number().exactOptional(),
      Timeout: z.number().exactOptional(),
      StartPeriod: z.number().exactOptional(),
      StartInterval: z.number().exactOptional(),
      Retries: z.number().exactOptional(),
    })
    .exactOptional(),
  Shell: strings.exactOptional(),
  OnBuild: strings.exactOptional(),
});

export const imageDocumentSchema = z.object({
  architecture: z.string(),
  os: z.string(),
  variant: z.string().exactOptional(),
  'os.version': z.string().exactOptional(),
  created: z.string().exactOptional(),
  author: z.string().exactOptional(),
  comment: z.string().exactOptional(),
  docker_version: z.string().exactOptional(),
  config: runConfigSchema.exactOptional(),
  rootfs: z.object({ type: z.literal('layers'), diff_ids: z.array(digest) }),
  history: z
    .array(
      z.object({
        created: z.string().exactOptional(),
        created_by: z.string().exactOptional(),
        author: z.string().exactOptional(),
        comment: z.string().exactOptional(),
        empty_layer: z.boolean().exactOptional(),
      }),
    )
    .exactOptional(),
});
/** A complete image configuration. */
export type ImageDocument = z.infer<typeof imageDocumentSchema>;

/**
 * Parses a manifest or index. Its content determines its type, not the media type from the
 * registry. A document that could be either is rejected. Throws EngineError 'invalid'.
 */
export function parseManifest(bytes: Uint8Array): ImageIndex | Manifest {
  const shape = parseDocument('image manifest', bytes, shapeSchema);
  if (shape.schemaVersion === 1) {
    throw new EngineError(
      'invalid',
      'the image has the old manifest format (version 2, schema 1), which is no longer supported. Ask the publisher to push it again with a current tool',
    );
  }
  const isIndex = shape.manifests !== undefined;
  if (isIndex && (shape.config !== undefined || shape.layers !== undefined)) {
    throw new EngineError('invalid', 'image manifest is not valid: both an index and a manifest');
  }
  return isIndex
    ? parseDocument('image index', bytes, indexSchema)
    : parseDocument('image manifest', bytes, manifestSchema);
}

const shapeSchema = z.object({
  schemaVersion: z.number().optional(),
  manifests: z.unknown().optional(),
  config: z.unknown().optional(),
  layers: z.unknown().optional(),
});

/**
 * Parses a JSON document from a registry or the store. `what` is its name in errors. Throws
 * EngineError 'invalid'.
 */
export function parseDocument<T>(what: string, bytes: Uint8Array, schema: z.ZodType<T>): T {
  try {
    // Go writes null for an empty value, with the same meaning as a missing one.
    const dropNull = (_: string, value: unknown) => (value === null ? undefined : value);
    return schema.parse(JSON.parse(Buffer.from(bytes).toString('utf8'), dropNull));
  } catch (cause) {
    const reason =
      cause instanceof z.ZodError
        ? z.prettifyError(cause)
        : `not JSON: ${(cause as Error).message}`;
    throw new EngineError('invalid', `${what} is not valid: ${reason}`, { cause });
  }
}

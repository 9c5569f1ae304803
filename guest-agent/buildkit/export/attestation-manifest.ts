import { PREDICATE_TYPE } from '../../engine/images/store/attestations.ts';
import {
  bytesBlob,
  type ManifestDescriptor,
  type OciBlob,
  rawManifest,
} from '../../engine/images/store/oci-content.ts';
import { blobTypes, mediaTypes } from '../../registry/manifest.ts';
import type { RawManifest } from '../../registry/origin.ts';
import { type Attestation, STATEMENT_TYPE, type StatementSubject, statement } from './statement.ts';

/** The empty object, which artifacts have instead of a configuration (OCI image-spec 1.1). */
const EMPTY = Buffer.from('{}');
const EMPTY_TYPE = 'application/vnd.oci.empty.v1+json';
const ARTIFACT_TYPE = 'application/vnd.docker.attestation.manifest.v1+json';

/** Attestations as BuildKit puts them into an index: as the layers of a manifest that nothing runs. */
export function attestationManifest(
  { annotations: _, platform: __, ...target }: ManifestDescriptor,
  attestations: readonly Attestation[],
  subjects: readonly StatementSubject[],
  isArtifact: boolean,
): { manifest: RawManifest; descriptor: ManifestDescriptor; blobs: OciBlob[] } {
  const statements = attestations.map((attestation) => ({
    attestation,
    blob: bytesBlob(Buffer.from(JSON.stringify(statement(attestation, subjects)))),
  }));
  const platform = { architecture: 'unknown', os: 'unknown' };
  const diffIds = statements.map(({ blob }) => blob.digest);
  const config = isArtifact
    ? EMPTY
    : Buffer.from(
        JSON.stringify({ ...platform, config: {}, rootfs: { type: 'layers', diff_ids: diffIds } }),
      );
  const configBlob = bytesBlob(config);
  const manifest = rawManifest({
    ...{ schemaVersion: 2, mediaType: mediaTypes.ociManifest },
    ...(isArtifact ? { artifactType: ARTIFACT_TYPE } : {}),
    config: {
      mediaType: isArtifact ? EMPTY_TYPE : blobTypes.ociConfig,
      ...{ digest: configBlob.digest, size: configBlob.size },
      ...(isArtifact ? { data: EMPTY.toString('base64') } : {}),
    },
    layers: statements.map(({ attestation, blob: { digest, size } }) => ({
      ...{ mediaType: STATEMENT_TYPE, digest, size },
      annotations: { [PREDICATE_TYPE]: attestation.predicateType },
    })),
    ...(isArtifact ? { subject: target } : {}),
  });
  const descriptor: ManifestDescriptor = {
    ...{ mediaType: manifest.mediaType, digest: manifest.digest, size: manifest.bytes.length },
    annotations: {
      'vnd.docker.reference.digest': target.digest,
      'vnd.docker.reference.type': 'attestation-manifest',
    },
    platform,
  };
  return { manifest, descriptor, blobs: [configBlob, ...statements.map(({ blob }) => blob)] };
}

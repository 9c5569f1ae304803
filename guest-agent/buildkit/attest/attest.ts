import { nativePlatform, platformId } from '../../registry/platform.ts';
import type { Attributes } from '../export/attributes.ts';
import type { Attestation } from '../export/statement.ts';
import type { BuilderParts } from '../frontend/builder-parts.ts';
import type { Chosen, Job } from '../jobs/job.ts';
import { readAttestRequest, readProvenance } from './attest-request.ts';
import { type BuildFacts, provenance } from './provenance.ts';
import { sbom } from './sbom.ts';

/** What is known of a build's results, by platform. */
export interface Attested {
  /** What the client wants to have attached. */
  readonly attestations: ReadonlyMap<string, readonly Attestation[]>;
  /** What the history keeps, even if the client wants less: all that is known of the build. */
  readonly kept: ReadonlyMap<string, readonly Attestation[]>;
}

/** Says how the results were built and what they contain. */
export async function attest(
  parts: BuilderParts,
  job: Job,
  { results }: Chosen,
  attributes: Attributes,
): Promise<Attested> {
  const request = readAttestRequest(attributes);
  const { ref, startedAt, materials } = job;
  const finishedAt = new Date();
  const facts: BuildFacts = {
    ...{ ref, startedAt, finishedAt, attributes },
    materials: materials.copy(),
  };
  const attestations = new Map<string, readonly Attestation[]>();
  const kept = new Map<string, readonly Attestation[]>();
  for (const result of results) {
    const platform = result.platform ?? nativePlatform();
    const scan = request.sbom && result.image && (await sbom(parts, job, result, request.sbom));
    const contents = scan?.statements ?? [];
    if (request.sbom && scan?.scanner) {
      const { generator: name } = request.sbom;
      facts.materials.addImage({ name, image: scan.scanner, of: undefined, isScanner: true });
    }
    const { store } = parts.images;
    const built = request.provenance && provenance(store, facts, platform, request.provenance);
    const id = platformId(platform);
    attestations.set(id, [...contents, ...(built === undefined ? [] : [built])]);
    const { builderId } = request.provenance ?? { builderId: '' };
    const full = { ...readProvenance({}), builderId };
    kept.set(id, [...contents, provenance(store, facts, platform, full)]);
  }
  return { attestations, kept };
}

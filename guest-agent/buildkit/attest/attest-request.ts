import { EngineError, orInvalid } from '../../errors.ts';
import { parseFields } from '../../grammar/csv-fields.ts';
import { goBoolean } from '../../grammar/go-boolean.ts';
import type { Attributes } from '../export/attributes.ts';

/** What a client wants to know about its images, and have attached to them. */
export interface AttestRequest {
  /** Undefined without `--provenance`. */
  readonly provenance: ProvenanceRequest | undefined;
  /** Undefined without `--sbom`. */
  readonly sbom: SbomRequest | undefined;
}

export interface ProvenanceRequest {
  readonly mode: 'min' | 'max';
  /** The version of SLSA's form. */
  readonly version: 'v0.2' | 'v1';
  /** Whether the attestation is only for images. */
  readonly isInlineOnly: boolean;
  readonly isReproducible: boolean;
  readonly builderId: string;
  readonly filename: string;
}

export interface SbomRequest {
  /** The image that lists the contents. */
  readonly generator: string;
  /** Settings for it. */
  readonly settings: Readonly<Record<string, string>>;
}

const KINDS = ['sbom', 'provenance'];
const DEFAULT_GENERATOR = 'docker/buildkit-syft-scanner:stable-1';

/** Reads the frontend's attributes. Throws EngineError 'invalid' in Docker's words. */
export function readAttestRequest(attributes: Attributes): AttestRequest {
  const wanted = new Map<string, Record<string, string>>();
  for (const [name, value] of Object.entries(attributes)) {
    const kind = /^(?:attest:|build-arg:BUILDKIT_ATTEST_)(.*)$/.exec(name)?.[1]?.toLowerCase();
    if (kind === undefined) continue;
    if (!KINDS.includes(kind)) {
      throw new EngineError('invalid', `unknown attestation type ${JSON.stringify(kind)}`);
    }
    wanted.set(kind, fieldsOf(value));
  }
  const provenance = wanted.get('provenance');
  const sbom = wanted.get('sbom');
  return {
    provenance: provenance && readProvenance(provenance),
    sbom: sbom && readSbom(sbom),
  };
}

function fieldsOf(value: string): Record<string, string> {
  const fields = value === '' ? [] : orInvalid(() => parseFields(value));
  return Object.fromEntries(
    fields.map((field) => {
      const [name = '', ...rest] = field.split('=');
      return [name, rest.join('=')];
    }),
  );
}

/** The provenance of a build whose client asked for none, for the history. */
export const readProvenance = (fields: Readonly<Record<string, string>>): ProvenanceRequest => {
  const { mode = 'max', version = 'v0.2' } = fields;
  if (mode !== 'min' && mode !== 'max' && mode !== 'full') {
    throw new EngineError('invalid', `invalid mode ${JSON.stringify(mode)}`);
  }
  if (version !== 'v0.2' && version !== 'v1') {
    throw new EngineError('invalid', `invalid provenance SLSA version: ${version}`);
  }
  const isTrue = (name: string) => goBoolean(fields[name] ?? '') ?? false;
  return {
    ...{ version, mode: mode === 'min' ? 'min' : 'max' },
    isInlineOnly: isTrue('inline-only'),
    isReproducible: isTrue('reproducible'),
    builderId: fields['builder-id'] ?? '',
    filename: fields.filename ?? 'provenance.json',
  };
};

function readSbom({ generator = DEFAULT_GENERATOR, ...settings }: Record<string, string>) {
  return { generator, settings };
}

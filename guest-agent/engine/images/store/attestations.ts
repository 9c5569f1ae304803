import * as z from 'zod';
import { EngineError } from '../../../errors.ts';
import { type Descriptor, parseManifest } from '../../../registry/manifest.ts';
import type { ContentStore } from '../../../store/content.ts';
import type { Family } from './families.ts';
import { manifestDigests, type StoredImage } from './stored-image.ts';
import { attestedManifest } from './stored-index.ts';

/** What an attestation says of an image: where the statement is, and what kind it is of. */
export interface AttestationStatement {
  readonly Descriptor: Descriptor;
  /** The in-toto predicate type, a URI such as `https://slsa.dev/provenance/v0.2`. */
  readonly PredicateType: string;
  /** The in-toto statement as it is stored, only if it was asked for. */
  readonly Statement?: object;
}

/** The annotation of a layer that names the kind of its statement (BuildKit, attestation-storage.md). */
export const PREDICATE_TYPE = 'in-toto.io/predicate-type';

const statementSchema = z.looseObject({});

/**
 * The statements that are attached to an image of an index. Without `types`, of all kinds. Rejects
 * with EngineError 'internal' if a statement that was asked for isn't stored or is damaged.
 */
export async function attestationStatements(
  content: ContentStore,
  { index }: Family,
  image: StoredImage,
  { types, withStatements }: { types: readonly string[]; withStatements: boolean },
): Promise<AttestationStatement[]> {
  const digests = manifestDigests(image);
  const entry = index?.manifests.find((each) => digests.includes(attestedManifest(each) ?? ''));
  // Pulls from registries don't always bring attestations.
  if (entry === undefined || !content.has(entry.digest)) return [];
  const manifest = parseManifest(await content.read(entry.digest));
  if ('manifests' in manifest) return [];
  const found = manifest.layers.flatMap((Descriptor) => {
    const PredicateType = Descriptor.annotations?.[PREDICATE_TYPE];
    const isWanted = PredicateType && (types.length === 0 || types.includes(PredicateType));
    return isWanted ? [{ Descriptor, PredicateType }] : [];
  });
  if (!withStatements) return found;
  return Promise.all(
    found.map(async (each) => ({
      ...each,
      Statement: await readStatement(content, each.Descriptor.digest),
    })),
  );
}

async function readStatement(content: ContentStore, digest: string): Promise<object> {
  if (!content.has(digest)) {
    throw new EngineError('internal', `attestation statement ${digest} is not available locally`);
  }
  const bytes = await content.read(digest);
  try {
    return statementSchema.parse(JSON.parse(bytes.toString()));
  } catch (cause) {
    throw new EngineError('internal', `failed to read attestation statement ${digest}`, { cause });
  }
}

import { create, type MessageInitShape, type MessageShape } from '@bufbuild/protobuf';
import { sha256 } from '../../store/digest.ts';
import { type Attestation, STATEMENT_TYPE } from '../export/statement.ts';
import {
  BuildResultInfoSchema,
  type DescriptorSchema,
} from '../generated/github.com/moby/buildkit/api/services/control/control_pb.js';

/** How much of what the history says of past builds stays in memory. */
const KEPT_BYTES = 32 << 20;

/** Documents about past builds, which clients read by digest. Old ones are forgotten. */
export class Attachments {
  readonly #blobs = new Map<string, Buffer>();
  #bytes = 0;

  get(digest: string): Buffer | undefined {
    return this.#blobs.get(digest);
  }

  /** Keeps the attestations of a result, and returns what the history says of the result. */
  add(attestations: readonly Attestation[]): MessageShape<typeof BuildResultInfoSchema> {
    const Attestations = attestations.map((attestation) => this.#add(attestation));
    return create(BuildResultInfoSchema, { Attestations });
  }

  #add({ predicate, predicateType }: Attestation): MessageInitShape<typeof DescriptorSchema> {
    const bytes = Buffer.from(JSON.stringify(predicate, undefined, 2));
    const digest = sha256(bytes);
    if (!this.#blobs.has(digest)) {
      this.#blobs.set(digest, bytes);
      this.#bytes += bytes.length;
    }
    for (const [old, { length }] of this.#blobs) {
      if (this.#bytes <= KEPT_BYTES || old === digest) break;
      this.#blobs.delete(old);
      this.#bytes -= length;
    }
    return {
      ...{ mediaType: STATEMENT_TYPE, digest, size: BigInt(bytes.length) },
      annotations: { 'in-toto.io/predicate-type': predicateType },
    };
  }
}

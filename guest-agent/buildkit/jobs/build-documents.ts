import { create } from '@bufbuild/protobuf';
import { PREDICATE_TYPE } from '../../engine/images/store/attestations.ts';
import { sha256 } from '../../store/digest.ts';
import {
  type Descriptor,
  DescriptorSchema,
} from '../generated/github.com/moby/buildkit/api/services/control/control_pb.js';

/** The documents that the history keeps of a build, and what they are about. */
export class BuildDocuments {
  /** By digest. */
  readonly blobs = new Map<string, Uint8Array>();
  /** What is known of the result for each platform. */
  readonly attestations = new Map<string, Descriptor[]>();
  /** The image or the index that an output wrote, by the output's place. */
  readonly outputs = new Map<number, Descriptor>();

  /** `others` are documents that the image or the index refers to. */
  addOutput(
    place: number,
    { mediaType, bytes }: { readonly mediaType: string; readonly bytes: Uint8Array },
    others: readonly Uint8Array[] = [],
  ): void {
    this.outputs.set(place, this.#add(mediaType, bytes));
    for (const other of others) this.blobs.set(sha256(other), other);
  }

  addAttestations(
    platform: string,
    all: readonly {
      readonly mediaType: string;
      readonly type: string;
      readonly bytes: Uint8Array;
    }[],
  ): void {
    const descriptors = all.map(({ mediaType, type, bytes }) => ({
      ...this.#add(mediaType, bytes),
      annotations: { [PREDICATE_TYPE]: type },
    }));
    this.attestations.set(platform, descriptors);
  }

  #add(mediaType: string, bytes: Uint8Array): Descriptor {
    const digest = sha256(bytes);
    this.blobs.set(digest, bytes);
    return create(DescriptorSchema, { mediaType, digest, size: BigInt(bytes.length) });
  }
}

import { type DescMessage, fromBinary, type MessageShape } from '@bufbuild/protobuf';
import { GrpcError, grpcCode } from './status.ts';

/** Decodes a message that the other side sent. Throws GrpcError if it isn't one. */
export function readMessage<M extends DescMessage>(schema: M, bytes: Uint8Array): MessageShape<M> {
  try {
    return fromBinary(schema, bytes);
  } catch (cause) {
    const what = `a message isn't a valid ${schema.typeName}`;
    throw new GrpcError(grpcCode.invalidArgument, what, { cause });
  }
}

import { Content } from '../generated/github.com/containerd/containerd/api/services/content/v1/content_pb.js';
import { type Method, serverStreaming, unary } from '../grpc/server.ts';
import { GrpcError, grpcCode } from '../grpc/status.ts';
import type { BuildHistory } from './history.ts';

/** Smaller than the messages that clients accept. */
const PIECE_BYTES = 1 << 20;

/** The service with which clients read documents about past builds, such as their provenance. */
export function contentMethods({ history }: { readonly history: BuildHistory }): Method[] {
  const blobOf = async (digest: string): Promise<Buffer> => {
    const blob = await history.document(digest);
    if (blob !== undefined) return blob;
    throw new GrpcError(grpcCode.notFound, `content ${digest}: not found`);
  };
  return [
    unary(Content.method.info, async ({ digest }) => ({
      info: { digest, size: BigInt((await blobOf(digest)).length) },
    })),
    serverStreaming(Content.method.read, async function* ({ digest, offset, size }) {
      const blob = await blobOf(digest);
      const start = Number(offset);
      const end = size > 0n ? Math.min(blob.length, start + Number(size)) : blob.length;
      for (let at = start; at < end; at += PIECE_BYTES) {
        yield { offset: BigInt(at), data: blob.subarray(at, Math.min(end, at + PIECE_BYTES)) };
      }
    }),
  ];
}

import type { ClientHttp2Session } from 'node:http2';
import {
  Content,
  WriteAction,
} from '../generated/github.com/containerd/containerd/api/services/content/v1/content_pb.js';
import { callStreaming, type Metadata } from '../grpc/client.ts';
import { GrpcError, grpcCode } from '../grpc/status.ts';

/** Clients write in pieces of this size. */
const PIECE_BYTES = 1 << 20;

/**
 * A store of blobs that the client keeps in one of its directories: an OCI image layout that an
 * output writes, or a cache.
 */
export class ClientStore {
  readonly #session: ClientHttp2Session;
  readonly #metadata: Metadata;
  readonly #signal: AbortSignal;

  /** `name` is the client's name of the store, such as `local:/path`. */
  constructor(session: ClientHttp2Session, name: string, signal: AbortSignal) {
    this.#session = session;
    this.#metadata = { 'buildkit-attachable-store-id': name };
    this.#signal = signal;
  }

  /** Writes a blob unless the client has it. Throws GrpcError. */
  async write(
    { digest, size }: { readonly digest: string; readonly size: number },
    content: AsyncIterable<Uint8Array>,
  ): Promise<void> {
    const stop = new AbortController();
    const signal = AbortSignal.any([this.#signal, stop.signal]);
    const exchange = callStreaming(this.#session, Content.method.write, this.#metadata, signal);
    const answers = exchange.answers[Symbol.asyncIterator]();
    const total = BigInt(size);
    const blob = { ref: `berth-${digest}`, total, expected: digest };
    try {
      await exchange.send({ action: WriteAction.STAT, ...blob });
      // Another build may have begun with the same blob.
      let offset = Number((await answers.next()).value?.offset ?? 0n);
      let at = 0;
      for await (const chunk of content) {
        const skipped = Math.min(chunk.length, Math.max(0, offset - at));
        at += chunk.length;
        for (let start = skipped; start < chunk.length; start += PIECE_BYTES) {
          const data = chunk.subarray(start, start + PIECE_BYTES);
          const request = {
            action: WriteAction.WRITE,
            ref: blob.ref,
            offset: BigInt(offset),
            data,
          };
          await exchange.send(request);
          offset += data.length;
          await answers.next();
        }
      }
      await exchange.send({ action: WriteAction.COMMIT, ...blob, offset: total });
      await answers.next();
      exchange.end();
    } catch (error) {
      if (!(error instanceof GrpcError && error.code === grpcCode.alreadyExists)) throw error;
    } finally {
      stop.abort();
    }
  }

  /** The bytes of a blob. Throws GrpcError. */
  async *read(digest: string): AsyncGenerator<Uint8Array> {
    const stop = new AbortController();
    const signal = AbortSignal.any([this.#signal, stop.signal]);
    const exchange = callStreaming(this.#session, Content.method.read, this.#metadata, signal);
    try {
      await exchange.send({ digest, offset: 0n, size: 0n });
      exchange.end();
      for await (const { data } of exchange.answers) yield data;
    } finally {
      stop.abort();
    }
  }
}

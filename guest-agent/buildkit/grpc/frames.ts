import { GrpcError, grpcCode } from './status.ts';

/** One byte that says whether the message is compressed, and its length in four bytes. */
const HEADER_BYTES = 5;
/** BuildKit's own limit. */
const MAX_MESSAGE_BYTES = 16 << 20;

/** A message with the header that gRPC puts before each message. */
export function frame(message: Uint8Array): Buffer {
  const framed = Buffer.allocUnsafe(HEADER_BYTES + message.length);
  framed[0] = 0;
  framed.writeUInt32BE(message.length, 1);
  framed.set(message, HEADER_BYTES);
  return framed;
}

/** The messages of a stream. Throws GrpcError for a message that is compressed, cut off or too large. */
export async function* readFrames(stream: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  const waiting = new ByteQueue();
  let length: number | undefined;
  for await (const chunk of stream) {
    waiting.push(chunk);
    for (;;) {
      if (length === undefined) {
        if (waiting.length < HEADER_BYTES) break;
        length = messageLength(waiting.take(HEADER_BYTES));
      }
      if (waiting.length < length) break;
      const message = waiting.take(length);
      length = undefined;
      yield message;
    }
  }
  if (length !== undefined || waiting.length > 0) {
    throw new GrpcError(grpcCode.unavailable, 'the stream ended inside a message');
  }
}

function messageLength(header: Buffer): number {
  if (header[0] !== 0) {
    throw new GrpcError(grpcCode.unimplemented, 'compressed messages are not supported');
  }
  const length = header.readUInt32BE(1);
  if (length > MAX_MESSAGE_BYTES) {
    throw new GrpcError(
      grpcCode.resourceExhausted,
      `received message larger than max (${length} vs. ${MAX_MESSAGE_BYTES})`,
    );
  }
  return length;
}

/** Bytes that arrived but aren't read yet. Doesn't copy a long message again with each chunk. */
class ByteQueue {
  #chunks: Uint8Array[] = [];
  length = 0;

  push(chunk: Uint8Array): void {
    this.#chunks.push(chunk);
    this.length += chunk.length;
  }

  /** The first `count` bytes, of which there must be enough. */
  take(count: number): Buffer {
    const [first] = this.#chunks;
    const whole =
      first !== undefined && first.length >= count ? first : Buffer.concat(this.#chunks);
    const rest = whole.subarray(count);
    const others = whole === first ? this.#chunks.slice(1) : [];
    this.#chunks = rest.length > 0 ? [rest, ...others] : others;
    this.length -= count;
    return Buffer.from(whole.buffer, whole.byteOffset, count);
  }
}

/** Each message has at least these: length, kind or error, and which request it belongs to. */
export const HEADER_BYTES = 16;

/** The peer breaks the protocol. */
export class BadFrame extends Error {}

/**
 * Cuts a stream of bytes into messages, each of which begins with its own length in four bytes. Both
 * directions of a share use this.
 */
export class Frames {
  readonly #largest: number;
  /** Chunks of one message that isn't complete. */
  #pending: Buffer[] = [];
  #pendingBytes = 0;

  constructor(largest: number) {
    this.#largest = largest;
  }

  /**
   * Yields the messages that are complete. They are only valid until the caller changes `chunk`. Throws
   * BadFrame if the stream can't be a share's.
   */
  *take(chunk: Buffer): Generator<Buffer, void, undefined> {
    let bytes = chunk;
    if (this.#pendingBytes > 0) {
      this.#keep(chunk);
      if (this.#pendingBytes < this.#wanted()) return;
      bytes = Buffer.concat(this.#pending);
    }
    this.#pending = [];
    this.#pendingBytes = 0;
    while (bytes.length >= 4) {
      const length = this.#lengthOf(bytes);
      if (bytes.length < length) break;
      yield bytes.subarray(0, length);
      bytes = bytes.subarray(length);
    }
    if (bytes.length > 0) this.#keep(bytes);
  }

  /** A copy, because the caller may fill its buffer again. */
  #keep(chunk: Buffer): void {
    this.#pending.push(Buffer.from(chunk));
    this.#pendingBytes += chunk.length;
    const [first] = this.#pending;
    if (first && first.length < 4 && this.#pending.length > 1) {
      this.#pending = [Buffer.concat(this.#pending)];
    }
  }

  #wanted(): number {
    const [first] = this.#pending;
    return first && first.length >= 4 ? this.#lengthOf(first) : 4;
  }

  #lengthOf(bytes: Buffer): number {
    const length = bytes.readUInt32LE();
    if (length < HEADER_BYTES || length > this.#largest) {
      throw new BadFrame(`a message of ${length} bytes`);
    }
    return length;
  }
}

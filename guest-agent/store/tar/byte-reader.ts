import { EngineError } from '../../errors.ts';

/** Reads bytes from a stream in the sizes that the caller wants. */
export class ByteReader implements AsyncDisposable {
  readonly #input: AsyncIterator<Uint8Array>;
  #pending = Buffer.alloc(0);

  constructor(source: AsyncIterable<Uint8Array>) {
    this.#input = source[Symbol.asyncIterator]();
  }

  /**
   * Returns exactly `count` bytes, or undefined at the end. Throws EngineError 'invalid' for fewer.
   */
  async take(count: number): Promise<Buffer | undefined> {
    // A chunk contains many headers, and shouldn't be copied for each.
    if (this.#pending.length >= count) {
      const taken = this.#pending.subarray(0, count);
      this.#pending = this.#pending.subarray(count);
      return taken;
    }
    const chunks = [this.#pending];
    let size = this.#pending.length;
    while (size < count) {
      const chunk = await this.#next();
      if (chunk === undefined) {
        if (size === 0) return undefined;
        throw unexpectedEnd();
      }
      chunks.push(chunk);
      size += chunk.length;
    }
    const all = Buffer.concat(chunks);
    this.#pending = all.subarray(count);
    return all.subarray(0, count);
  }

  /** Returns exactly `count` bytes. Throws EngineError 'invalid' if there are fewer. */
  async whole(count: number): Promise<Buffer> {
    const bytes = count === 0 ? Buffer.alloc(0) : await this.take(count);
    if (bytes === undefined) throw unexpectedEnd();
    return bytes;
  }

  /** Skips `count` bytes, or fewer at the end of the stream. */
  async skip(count: number): Promise<void> {
    let left = count;
    while (left > 0) {
      const chunk = this.#pending.length > 0 ? this.#pending : await this.#next();
      if (chunk === undefined) return;
      this.#pending = chunk.subarray(left);
      left -= chunk.length - this.#pending.length;
    }
  }

  /** Yields the next `count` bytes as they arrive. The caller can stop early and continue later. */
  stream(count: number): AsyncIterable<Buffer> {
    let left = count;
    const next = async (): Promise<IteratorResult<Buffer>> => {
      if (left === 0) return { done: true, value: undefined };
      const chunk = this.#pending.length > 0 ? this.#pending : await this.#next();
      if (chunk === undefined) throw unexpectedEnd();
      const value = chunk.subarray(0, left);
      this.#pending = chunk.subarray(value.length);
      left -= value.length;
      return { done: false, value };
    };
    return { [Symbol.asyncIterator]: () => ({ next }) };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#input.return?.();
  }

  async #next(): Promise<Buffer<ArrayBuffer> | undefined> {
    for (;;) {
      const { done, value } = await this.#input.next();
      if (done) return undefined;
      if (value.length > 0)
        return Buffer.from(value.buffer as ArrayBuffer, value.byteOffset, value.length);
    }
  }
}

function unexpectedEnd(): EngineError {
  return new EngineError('invalid', 'unexpected EOF');
}

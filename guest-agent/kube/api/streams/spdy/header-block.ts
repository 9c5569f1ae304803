import { constants, createDeflate, createInflate, type Deflate, type Inflate } from 'node:zlib';
import { KubeError } from '../../../kube-error.ts';
import { dictionary } from './dictionary.ts';

/** Clients need a few names and numbers. */
const MAX_HEADERS = 64 << 10;

export type Headers = ReadonlyMap<string, string>;

/** Compresses and expands the headers of one connection, which all share one state. */
export class HeaderCodec implements Disposable {
  readonly #inflate: Inflate = createInflate({ dictionary });
  readonly #deflate: Deflate = createDeflate({ dictionary });
  /** Why no more headers can be read. */
  #failure: Error | undefined;

  constructor() {
    this.#inflate.on('error', (error) => {
      this.#failure = error;
    });
  }

  [Symbol.dispose](): void {
    this.#inflate.destroy();
    this.#deflate.destroy();
  }

  /** Throws KubeError 'BadRequest' for a block that isn't valid, or too large. */
  async expand(block: Buffer): Promise<Headers> {
    const inflate = this.#inflate;
    const pieces: Buffer[] = [];
    let size = 0;
    const take = (piece: Buffer) => {
      size += piece.length;
      if (size > MAX_HEADERS) inflate.destroy(new Error('the headers are too large'));
      else pieces.push(piece);
    };
    const written = Promise.withResolvers<void>();
    // Without a reader, a large block would wait for ever.
    inflate.on('data', take).once('close', written.resolve);
    inflate.write(block, () => written.resolve());
    await written.promise;
    inflate.off('data', take).off('close', written.resolve);
    try {
      if (this.#failure) throw this.#failure;
      return parse(Buffer.concat(pieces));
    } catch (cause) {
      throw new KubeError('BadRequest', 'the headers of a stream are not valid', { cause });
    }
  }

  /** Answers have no headers. */
  async compressNone(): Promise<Buffer> {
    const deflate = this.#deflate;
    await new Promise<void>((resolve) => {
      deflate.write(Buffer.alloc(4));
      deflate.flush(constants.Z_SYNC_FLUSH, resolve);
    });
    return takeAll(deflate);
  }
}

function takeAll(stream: Deflate): Buffer {
  const chunks: Buffer[] = [];
  for (let chunk = stream.read(); chunk !== null; chunk = stream.read()) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** The number of headers, then the length and text of each name and each value. */
function parse(block: Buffer): Headers {
  let at = 0;
  const number = () => {
    at += 4;
    return block.readUInt32BE(at - 4);
  };
  const text = () => {
    const length = number();
    at += length;
    if (at > block.length) throw new RangeError('a header is cut off');
    return block.toString('utf8', at - length, at);
  };
  const headers = new Map<string, string>();
  for (let left = number(); left > 0; left -= 1) {
    const name = text().toLowerCase();
    headers.set(name, text());
  }
  return headers;
}

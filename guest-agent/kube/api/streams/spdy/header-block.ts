import { constants, createDeflate, createInflate, type Deflate, type Inflate } from 'node:zlib';
import { dictionary } from './dictionary.ts';

export type Headers = ReadonlyMap<string, string>;

/** Compresses and expands the headers of one connection, which all share one state. */
export class HeaderCodec implements Disposable {
  readonly #inflate: Inflate = createInflate({ dictionary });
  readonly #deflate: Deflate = createDeflate({ dictionary });

  [Symbol.dispose](): void {
    this.#inflate.destroy();
    this.#deflate.destroy();
  }

  async expand(block: Buffer): Promise<Headers> {
    const inflate = this.#inflate;
    await new Promise<void>((resolve, reject) => {
      inflate.once('error', reject);
      inflate.write(block, (error) => {
        inflate.off('error', reject);
        if (error) reject(error);
        else resolve();
      });
    });
    return parse(takeAll(inflate));
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

function takeAll(stream: Inflate | Deflate): Buffer {
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
    return block.toString('utf8', at - length, at);
  };
  const headers = new Map<string, string>();
  for (let left = number(); left > 0; left -= 1) {
    const name = text().toLowerCase();
    headers.set(name, text());
  }
  return headers;
}

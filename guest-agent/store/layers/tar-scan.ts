import { posix } from 'node:path';
import { EngineError } from '../../errors.ts';
import { BLOCK, directoryEntry, isEndMark, parseHeader, parsePax } from './tar-header.ts';

/** More than any file system takes for a name, or any tool writes into an extended header. */
const MAX_EXTENSION_BYTES = 1 << 20;

/**
 * Watches a layer's tar go by, to learn what the archive leaves out: entries for directories that
 * only appear as part of a longer name. Tools create those as they please (mkfs.erofs: mode 0777);
 * Docker's are 0755 and root's. Names are kept byte for byte, as latin1 strings.
 */
export class TarScan {
  readonly #explicit = new Set<string>();
  readonly #implied = new Set<string>(['.']);
  /** What has come of the block, or of the extended header, that is being collected. */
  #held: Buffer[] = [];
  #missing = BLOCK;
  #skip = 0;
  /** The type of extended header that is being collected; undefined for an ordinary block. */
  #extension: string | undefined;
  #nextName: string | undefined;
  #nextSize: number | undefined;
  #offset = 0;
  #end = 0;
  #ended = false;

  /** Throws EngineError 'invalid' when the bytes so far aren't a tar. */
  write(chunk: Buffer): void {
    let rest = chunk;
    while (rest.length > 0 && !this.#ended) {
      if (this.#skip > 0) {
        const skipped = Math.min(this.#skip, rest.length);
        this.#skip -= skipped;
        rest = this.#advance(rest, skipped);
        continue;
      }
      const taken = Math.min(this.#missing, rest.length);
      this.#held.push(rest.subarray(0, taken));
      this.#missing -= taken;
      rest = this.#advance(rest, taken);
      if (this.#missing === 0) this.#take(Buffer.concat(this.#held));
    }
  }

  /**
   * `end`: bytes of the archive up to its end mark. `trailer`: what to put there so that the
   * archive names every directory: the missing entries, then an end mark. Throws EngineError
   * 'invalid' when the archive ends too early.
   */
  finish(): { end: number; trailer: Buffer } {
    if (!this.#ended && (this.#skip > 0 || this.#offset !== this.#end)) {
      throw new EngineError('invalid', "the layer isn't a valid tar: it ends too early");
    }
    const entries = [...this.#implied]
      .filter((name) => !this.#explicit.has(name))
      .sort()
      .map(directoryEntry);
    return { end: this.#end, trailer: Buffer.concat([...entries, Buffer.alloc(2 * BLOCK)]) };
  }

  #advance(rest: Buffer, count: number): Buffer {
    this.#offset += count;
    return rest.subarray(count);
  }

  /** A whole block or extended header is there. */
  #take(data: Buffer): void {
    const extension = this.#extension;
    this.#expect(BLOCK, undefined);
    if (extension === 'L') {
      this.#nextName = data.toString('latin1').replace(/\0.*/s, '');
    } else if (extension === 'x') {
      const { path, size } = parsePax(data);
      this.#nextName = path ?? this.#nextName;
      this.#nextSize = size === undefined ? undefined : Number(size);
    } else if (isEndMark(data)) {
      this.#ended = true;
    } else {
      this.#takeHeader(data);
    }
  }

  #takeHeader(block: Buffer): void {
    const header = parseHeader(block);
    if (header.type === 'L' || header.type === 'x') {
      if (header.size > MAX_EXTENSION_BYTES) {
        throw new EngineError('invalid', "the layer isn't a valid tar: an endless header");
      }
      this.#expect(padded(header.size), header.type);
      return;
    }
    if (header.type === 'g' || header.type === 'K') {
      this.#skip = padded(header.size);
      return;
    }
    const name = this.#nextName ?? header.name;
    // Old archives mark directories by the slash alone.
    const isDirectory = header.type === '5' || (header.type === '0' && name.endsWith('/'));
    const hasContent = !isDirectory && !/[1-6]/.test(header.type);
    this.#skip = hasContent ? padded(this.#nextSize ?? header.size) : 0;
    this.#end = this.#offset + this.#skip;
    this.#addName(name, isDirectory);
    this.#nextName = undefined;
    this.#nextSize = undefined;
  }

  #expect(bytes: number, extension: string | undefined): void {
    this.#held = [];
    this.#missing = bytes;
    this.#extension = extension;
    if (bytes === 0) this.#take(Buffer.alloc(0));
  }

  #addName(written: string, isDirectory: boolean): void {
    const name =
      posix
        .normalize(written)
        .replace(/^(\.\.(\/|$)|\/)+/, '')
        .replace(/\/$/, '') || '.';
    if (isDirectory) this.#explicit.add(name);
    let parent = posix.dirname(name);
    while (!this.#implied.has(parent)) {
      this.#implied.add(parent);
      parent = posix.dirname(parent);
    }
  }
}

function padded(size: number): number {
  return Math.ceil(size / BLOCK) * BLOCK;
}

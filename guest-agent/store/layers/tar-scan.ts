import { BLOCK, invalidTar, isEndMark, padded, ustarBlock } from '../tar/header.ts';
import { LIMITS } from '../tar/limits.ts';
import type { TarMember } from '../tar/member.ts';
import { MemberParser } from '../tar/member-parser.ts';
import { isWhiteout, LayerTree, partsOf } from './layer-tree.ts';

/** Receives bytes of the outline, in order of their offsets. The gaps are holes. */
export type Outline = (offset: number, bytes: Buffer) => void;

/** Receives each member, its name in the archive, and the offset of its content. */
export type Members = (member: TarMember, written: string, content: number) => void;

/**
 * Reads a layer's tar as a stream, rejects everything that Berth doesn't accept, and writes the
 * tar's outline: only its headers, each rewritten at its own offset. The index program reads the
 * outline, so it never sees untrusted bytes. File content stays in the tar, at the same offsets.
 * Names are kept byte for byte, as latin1 strings.
 */
export class TarScan {
  readonly #outline: Outline;
  readonly #members: Members;
  readonly #parser = new MemberParser();
  readonly #tree = new LayerTree();
  /** The bytes so far of the block or extended header that is being collected. */
  #held: Buffer[] = [];
  #missing = BLOCK;
  #skip = 0;
  /** The size of the extended header that is being collected. Undefined for an ordinary block. */
  #extension: number | undefined;
  #offset = 0;
  #end = 0;
  #ended = false;

  constructor(outline: Outline, members: Members = () => {}) {
    this.#outline = outline;
    this.#members = members;
  }

  /** Throws EngineError 'invalid' if the bytes so far aren't a tar. */
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
   * `end` is where the last member ends. `trailer` follows there in the outline: a member for each
   * directory that only appears in longer names, and an end mark. Tools create such directories
   * differently (mkfs.erofs uses mode 0777). Docker uses 0755 and root. Throws EngineError
   * 'invalid' if the archive ends too early.
   */
  finish(): { end: number; trailer: Iterable<Buffer> } {
    if (!this.#ended && (this.#skip > 0 || this.#offset !== this.#end)) {
      throw invalidTar('it ends too early');
    }
    return { end: this.#end, trailer: trailer(this.#tree.implied()) };
  }

  #advance(rest: Buffer, count: number): Buffer {
    this.#offset += count;
    return rest.subarray(count);
  }

  /** Handles a complete block or extended header. */
  #take(data: Buffer): void {
    const extension = this.#extension;
    const at = this.#offset - data.length;
    this.#expect(BLOCK, undefined);
    if (extension !== undefined) {
      const clean = this.#parser.extension(data.subarray(0, extension));
      this.#outline(at, Buffer.concat([clean], data.length));
      if (!this.#parser.isWaiting) this.#end = this.#offset;
    } else if (isEndMark(data)) {
      if (this.#parser.isWaiting) throw invalidTar('it ends with an extended header');
      this.#ended = true;
    } else {
      this.#takeHeader(data, at);
    }
  }

  #takeHeader(block: Buffer, at: number): void {
    const step = this.#parser.header(block);
    if (step.kind === 'extension') {
      this.#outline(at, step.clean);
      this.#expect(padded(step.size), step.size);
      return;
    }
    const { member, written, clean } = step;
    this.#tree.add(member, written);
    this.#members(member, written, this.#offset);
    this.#outline(at, clean(isWhiteout(partsOf(written).at(-1) ?? '') ? { type: '0' } : undefined));
    this.#skip = padded(member.size);
    this.#end = this.#offset + this.#skip;
  }

  #expect(bytes: number, extension: number | undefined): void {
    this.#held = [];
    this.#missing = bytes;
    this.#extension = extension;
    if (bytes === 0) this.#take(Buffer.alloc(0));
  }
}

function* trailer(implied: Iterable<string>): Generator<Buffer> {
  let bytes = 0;
  for (const name of implied) {
    const entry = directoryEntry(name);
    bytes += entry.length;
    if (bytes > LIMITS.impliedBytes)
      throw invalidTar('it names too many directories by their files alone');
    yield entry;
  }
  yield Buffer.alloc(2 * BLOCK);
}

/** A member for a directory of root with mode 0755. */
export function directoryEntry(name: string): Buffer {
  const fields = {
    ...{ mode: 0o755, uid: 0, gid: 0, mtime: 0, target: '' },
    device: [0, 0] as const,
  };
  const own = ustarBlock({ ...fields, name: `${name}/`, size: 0, type: '5' });
  if (name.length < 100) return own;
  const size = name.length + 1;
  return Buffer.concat([
    ustarBlock({ ...fields, name: '././@LongLink', size, type: 'L' }),
    Buffer.concat([Buffer.from(name, 'latin1')], padded(size)),
    own,
  ]);
}

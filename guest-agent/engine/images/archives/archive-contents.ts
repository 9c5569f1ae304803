import { createHash } from 'node:crypto';
import { posix } from 'node:path';
import { Readable } from 'node:stream';
import { EngineError } from '../../../errors.ts';
import { BLOCK, isEndMark, isHeader } from '../../../store/tar/header.ts';
import { readTar, type TarEntry } from '../../../store/tar/reader.ts';
import { decompressAny } from '../../archive/decompress-any.ts';
import { peek } from '../../archive/peek.ts';
import { figure, type Report, step } from '../distribution/progress.ts';
import type { HeldLayer, Images } from '../images.ts';

/** A file of an image archive that is a layer. */
export interface ArchivedLayer {
  readonly diffId: string;
  /** The digest of the file as it is in the archive, compressed or not. */
  readonly digest: string;
}

/**
 * Limits for JSON documents, which are kept in memory: for each, and for all together with their
 * names.
 */
const MAX_DOCUMENT_BYTES = 8 << 20;
const MAX_KEPT_BYTES = 64 << 20;
/** The memory that a file without content takes, in addition to its name. */
const ENTRY_BYTES = 100;
/** The first bytes of compressed layers: gzip, zstd, bzip2, xz. */
const COMPRESSED = /^(1f8b|28b52ffd|5.2a4d18|425a68|fd377a585a00)/;
const LAYER_NAME = /\.tar$|^blobs\/sha256\/[0-9a-f]{64}$/;
const MAX_LINKS = 16;

/**
 * The content of an image archive, read once from beginning to end: documents in memory, layers in
 * the store and kept there. The files can be in any order. Whatever their names, nothing is written
 * outside the store.
 */
export class ArchiveContents implements Disposable {
  readonly #images: Images;
  readonly #documents = new Map<string, Buffer>();
  readonly #layers = new Map<string, ArchivedLayer>();
  readonly #links = new Map<string, string>();
  /** Why a file that looked like a layer isn't one. */
  readonly #refused = new Map<string, EngineError>();
  readonly #held = new DisposableStack();
  #keptBytes = 0;

  constructor(images: Images) {
    this.#images = images;
  }

  /** Throws EngineError 'invalid' if the input isn't a tar, or is too large. */
  async read(archive: AsyncIterable<Uint8Array>, report: Report): Promise<void> {
    for await (const entry of readTar(decompressAny(archive))) {
      const { type, name, target } = entry.member;
      const path = clean(name);
      this.#count(ENTRY_BYTES + path.length + target.length);
      if (type === 'link') this.#links.set(path, clean(target));
      if (type === 'symlink') this.#links.set(path, clean(posix.join(posix.dirname(path), target)));
      if (type === 'file') await this.#take(path, entry, report);
    }
  }

  /** A document by its path in the archive. */
  document(path: string): Buffer | undefined {
    return this.#documents.get(this.#follow(path));
  }

  /** Throws EngineError 'invalid' if the file looked like a layer but isn't. */
  layer(path: string): ArchivedLayer | undefined {
    const place = this.#follow(path);
    const refused = this.#refused.get(place);
    if (refused !== undefined) throw refused;
    return this.#layers.get(place);
  }

  [Symbol.dispose](): void {
    this.#held.dispose();
  }

  /** Limits the memory for the whole archive. */
  #count(bytes: number): void {
    this.#keptBytes += bytes;
    if (this.#keptBytes > MAX_KEPT_BYTES) {
      throw new EngineError('invalid', 'invalid archive: too many documents');
    }
  }

  async #take(path: string, { member, content }: TarEntry, report: Report): Promise<void> {
    const { size } = member;
    const { start, whole } = await peek(content, BLOCK);
    // An empty layer can only be recognized by its name.
    const isLayer = size === 0 ? LAYER_NAME.test(path) : looksLikeLayer(start);
    if (!isLayer && size <= MAX_DOCUMENT_BYTES) {
      this.#count(size);
      const chunks: Uint8Array[] = [];
      for await (const chunk of whole) chunks.push(chunk);
      this.#documents.set(path, Buffer.concat(chunks));
      return;
    }
    const layer = this.#known(path) ?? (await this.#store(path, size, whole, report));
    if (layer !== undefined) this.#layers.set(path, layer);
  }

  /** A layer whose file name shows that it is in the store already, so it isn't read again. */
  #known(path: string): ArchivedLayer | undefined {
    const [, hex] = /(?:^|\/)([0-9a-f]{64})(?:\.tar)?$/.exec(path) ?? [];
    const diffId = `sha256:${hex}`;
    if (hex === undefined || this.#images.layers.get(diffId) === undefined) return undefined;
    this.#held.use(this.#images.hold({ layers: [diffId] }));
    return { diffId, digest: diffId };
  }

  /** Undefined if the file isn't a tar: an archive can contain other files. */
  async #store(
    path: string,
    size: number,
    content: AsyncIterable<Uint8Array>,
    report: Report,
  ): Promise<ArchivedLayer | undefined> {
    const hash = createHash('sha256');
    const id = (/([0-9a-f]{12})[0-9a-f]{52}/.exec(path)?.[1] ?? path).slice(0, 12);
    async function* watched(): AsyncGenerator<Uint8Array> {
      let current = 0;
      for await (const chunk of content) {
        hash.update(chunk);
        current += chunk.length;
        report(figure('Loading layer', id, current, size));
        yield chunk;
      }
    }
    try {
      const source = watched();
      const tar = Readable.from(decompressAny(source), { objectMode: false });
      const layer: HeldLayer = this.#held.use(await this.#images.addLayer(tar));
      // Bytes after the end of a compressed stream belong to the file too.
      for await (const _ of source);
      report(step('Loaded layer', id));
      return { diffId: layer.diffId, digest: `sha256:${hash.digest('hex')}` };
    } catch (error) {
      if (!(error instanceof EngineError) || error.code !== 'invalid') throw error;
      this.#refused.set(path, error);
      return undefined;
    }
  }

  #follow(path: string): string {
    let place = clean(path);
    for (let links = 0; links < MAX_LINKS; links++) {
      const target = this.#links.get(place);
      if (target === undefined) return place;
      place = target;
    }
    throw new EngineError('invalid', `invalid archive: too many links: ${path}`);
  }
}

/** Whether the first block is from a compressed file or a tar. */
function looksLikeLayer(start: Buffer): boolean {
  if (COMPRESSED.test(start.toString('hex', 0, 6))) return true;
  const block = start.subarray(0, BLOCK);
  return isHeader(block) || (block.length === BLOCK && isEndMark(block));
}

/** Normalizes a path for use as a key: `./a/../b` is `b`. */
function clean(path: string): string {
  return posix.join('/', path).slice(1);
}

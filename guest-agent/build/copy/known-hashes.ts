import { createHash } from 'node:crypto';
import type { TarItem } from '../../store/tar/writer.ts';
import { stepKey } from '../steps/step-key.ts';

/** An entry takes a few hundred bytes. */
const MOST = 100_000;

/** A file of a tree, as it goes into a layer. */
export interface CopyItem extends TarItem {
  /** Differs if the file's content differs. Undefined if nothing shows that. */
  readonly identity?: string | undefined;
}

/**
 * Hashes of files that earlier builds read. Files that stay unchanged aren't read again only to learn
 * that. Lost when the agent ends.
 */
export class KnownHashes {
  /** The least recently used is first. */
  readonly #known = new Map<string, string>();
  readonly #most: number;

  constructor(most = MOST) {
    this.#most = most;
  }

  /** The hash of a file's content. */
  async ofContent(item: CopyItem): Promise<string> {
    const read = () => contentHash(item.content ?? []);
    return item.identity === undefined ? read() : this.once(item.identity, read);
  }

  /**
   * What `read` returned for the same files of the same place: of layers, or of a version of a
   * context. Reads files of an unknown place each time.
   */
  ofFiles(
    place: readonly string[] | undefined,
    what: readonly string[],
    read: () => Promise<string>,
  ): Promise<string> {
    // Hashed, since an image can have hundreds of layers.
    return place === undefined ? read() : this.once(stepKey(...place, 'of', ...what), read);
  }

  /** What `compute` returned for the same key. */
  async once(key: string, compute: () => Promise<string>): Promise<string> {
    const hash = this.#known.get(key) ?? (await compute());
    this.#known.delete(key);
    this.#known.set(key, hash);
    const [first] = this.#known.size > this.#most ? this.#known.keys() : [];
    if (first !== undefined) this.#known.delete(first);
    return hash;
  }
}

async function contentHash(content: NonNullable<TarItem['content']>): Promise<string> {
  const hash = createHash('sha256');
  if (Symbol.iterator in content) for (const chunk of content) hash.update(chunk);
  else for await (const chunk of content) hash.update(chunk);
  return hash.digest('base64');
}

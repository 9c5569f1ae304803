import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { EngineError } from '../errors.ts';
import { writeFileAtomic } from './atomic-file.ts';
import type { ContentStore } from './content.ts';
import { DIGEST, digestHex, sha256 } from './digest.ts';

/** ContentStore in one directory, with one file per blob, named by its hex digest. */
export class BlobDirectory implements ContentStore {
  readonly #directory: string;
  readonly #digests: Set<string>;

  private constructor(directory: string, digests: Set<string>) {
    this.#directory = directory;
    this.#digests = digests;
  }

  /** Creates the directory if it is missing, and removes the remains of a crash. */
  static async load(directory: string): Promise<BlobDirectory> {
    await mkdir(directory, { recursive: true, mode: 0o700 });
    const digests = new Set<string>();
    for (const name of await readdir(directory)) {
      if (name.endsWith('.tmp')) await rm(join(directory, name), { force: true });
      else if (DIGEST.test(`sha256:${name}`)) digests.add(`sha256:${name}`);
    }
    return new BlobDirectory(directory, digests);
  }

  has(digest: string): boolean {
    return this.#digests.has(digest);
  }

  async read(digest: string): Promise<Buffer> {
    if (!this.has(digest)) throw new EngineError('not-found', `no such blob: ${digest}`);
    const bytes = await readFile(this.#path(digest));
    if (sha256(bytes) !== digest) {
      throw new EngineError('internal', `stored blob ${digest} is damaged. Pull the image again`);
    }
    return bytes;
  }

  async write(digest: string, bytes: Uint8Array): Promise<void> {
    const actual = sha256(bytes);
    if (actual !== digest) {
      throw new EngineError('invalid', `content has digest ${actual}, expected ${digest}`);
    }
    // Written even if present, which repairs a damaged blob.
    try {
      await writeFileAtomic(this.#path(digest), bytes);
    } catch (error) {
      // The write can fail after the rename, and nothing would ever remove the file.
      if (!this.has(digest)) await rm(this.#path(digest), { force: true });
      throw error;
    }
    this.#digests.add(digest);
  }

  async remove(digest: string): Promise<void> {
    this.#digests.delete(digest);
    await rm(this.#path(digest), { force: true });
  }

  list(): string[] {
    return [...this.#digests];
  }

  #path(digest: string): string {
    return join(this.#directory, digestHex(digest));
  }
}

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { EngineError } from '../errors.ts';
import { digestHex, sha256 } from '../store/digest.ts';
import { type Descriptor, indexSchema, parseDocument } from './manifest.ts';
import type { ImageOrigin, RawManifest } from './origin.ts';
import { canonicalName, type Reference } from './reference.ts';

/** The annotation with an image's name in an OCI layout (image-spec, annotations.md). */
const REFERENCE_NAME = 'org.opencontainers.image.ref.name';

/**
 * The images that the app ships with: an OCI image layout on disk (image-spec, image-layout.md).
 */
export class StarterLayout {
  readonly #directory: string;

  constructor(directory: string) {
    this.#directory = directory;
  }

  /** The origin of this image. Undefined if the app doesn't ship with it. */
  async find(reference: Reference): Promise<ImageOrigin | undefined> {
    const { domain, path, tag } = reference;
    if (tag === undefined) return undefined;
    const name = canonicalName({ domain, path, tag });
    const index = await this.#index();
    const entry = index?.manifests.find(
      ({ annotations }) => annotations?.[REFERENCE_NAME] === name,
    );
    if (entry === undefined) return undefined;
    if (reference.digest !== undefined && reference.digest !== entry.digest) return undefined;
    return {
      manifest: async (tagOrDigest): Promise<RawManifest> => {
        const digest = tagOrDigest === tag ? entry.digest : tagOrDigest;
        const { mediaType } = tagOrDigest === tag ? entry : { mediaType: '' };
        return { bytes: await this.#read(digest), mediaType, digest };
      },
      blob: (descriptor: Descriptor) => this.#blob(descriptor.digest),
    };
  }

  async #index() {
    const path = join(this.#directory, 'index.json');
    try {
      return parseDocument(path, await readFile(path), indexSchema);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw error;
    }
  }

  async *#blob(digest: string): AsyncGenerator<Uint8Array> {
    yield await this.#read(digest);
  }

  /** Reads a whole blob. The images are small. */
  async #read(digest: string): Promise<Buffer> {
    const bytes = await readFile(join(this.#directory, 'blobs', 'sha256', digestHex(digest)));
    if (sha256(bytes) !== digest) {
      throw new EngineError(
        'internal',
        `the copy of ${digest} that Berth ships with is damaged. Reinstall Berth`,
      );
    }
    return bytes;
  }
}

/** Layers and blobs that a running operation needs before an image refers to them. */
export class Claims {
  readonly #counts = new Map<string, number>();

  /** Holds the digests until disposed of. */
  claim(digests: readonly string[]): Disposable {
    for (const digest of digests) this.#counts.set(digest, (this.#counts.get(digest) ?? 0) + 1);
    return {
      [Symbol.dispose]: () => {
        for (const digest of digests) {
          const left = (this.#counts.get(digest) ?? 0) - 1;
          if (left > 0) this.#counts.set(digest, left);
          else this.#counts.delete(digest);
        }
      },
    };
  }

  has(digest: string): boolean {
    return this.#counts.has(digest);
  }
}

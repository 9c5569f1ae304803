/** Directories, mounts and images that a build uses until its work has ended. */
export class BuildResources {
  readonly #stack = new AsyncDisposableStack();
  readonly #log: (message: string, cause?: unknown) => void;
  readonly #work: { isOver: boolean; ended: Promise<void> }[] = [];

  constructor(log: (message: string, cause?: unknown) => void) {
    this.#log = log;
  }

  use<T extends Disposable | AsyncDisposable>(resource: T): T {
    return this.#stack.use(resource);
  }

  /** Removes something when the work has ended. */
  defer(remove: () => Promise<void>): void {
    this.#stack.defer(remove);
  }

  /** Keeps everything until some work has ended, which doesn't reject. */
  usedBy(work: Promise<unknown>): void {
    const entry = { isOver: false, ended: Promise.resolve() };
    entry.ended = work.then(() => {
      entry.isOver = true;
    });
    this.#work.push(entry);
  }

  /** Gives everything up: now, or after this call if work continues for another build. */
  async close(): Promise<void> {
    const closed = Promise.all(this.#work.map(({ ended }) => ended))
      .then(() => this.#stack.disposeAsync())
      .catch((error) => this.#log('cleaning up after a build', error));
    if (this.#work.every(({ isOver }) => isOver)) await closed;
  }
}

import type { ProgressMessage } from '../../engine/images/distribution/progress.ts';
import type { StepLine, Steps, Vertex } from '../jobs/vertex.ts';

/** A base image: first its description, then its layers. */
export class PullProgress {
  readonly #shown: Steps;
  readonly #name: string;
  readonly #lines = new Map<string, StepLine>();
  readonly #metadata: Vertex | undefined;
  #layers: Vertex | undefined;

  /** `metadata` and `name` are the names of two steps. The first can be shown already. */
  constructor(shown: Steps, metadata: string | undefined, name: string) {
    this.#shown = shown;
    this.#name = name;
    this.#metadata = metadata === undefined ? undefined : shown.vertex(metadata);
  }

  take({ id, status, progressDetail: { current = 0, total } = {} }: ProgressMessage): void {
    if (id === undefined || /^Pulling from/.test(status)) return;
    this.#metadata?.complete();
    this.#layers ??= this.#shown.vertex(this.#name);
    const line = this.#lines.get(id) ?? this.#layers.line(`sha256:${id}`);
    this.#lines.set(id, line);
    if (/^(Pull complete|Already exists)$/.test(status)) line.complete(current, total);
    else line.update(current, total);
  }

  /** Returns the digest of the step that pulled layers, if any were pulled. */
  finish(): string | undefined {
    this.#metadata?.complete();
    this.#layers?.complete();
    return this.#layers?.digest;
  }

  fail(message: string): void {
    (this.#layers ?? this.#metadata)?.fail(message);
  }
}

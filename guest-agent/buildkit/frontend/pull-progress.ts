import type { ProgressMessage } from '../../engine/images/distribution/progress.ts';
import type { Job } from '../jobs/job.ts';
import type { StepLine, Vertex } from '../jobs/vertex.ts';

/** A base image: first its description, then its layers. */
export class PullProgress {
  readonly #job: Job;
  readonly #name: string;
  readonly #lines = new Map<string, StepLine>();
  readonly #metadata: Vertex | undefined;
  #layers: Vertex | undefined;

  /** `metadata` and `name` are the names of two steps. The first can be shown already. */
  constructor(job: Job, metadata: string | undefined, name: string) {
    this.#job = job;
    this.#name = name;
    this.#metadata = metadata === undefined ? undefined : job.vertex(metadata);
  }

  take({ id, status, progressDetail: { current = 0, total } = {} }: ProgressMessage): void {
    if (id === undefined || /^Pulling from/.test(status)) return;
    this.#metadata?.complete();
    this.#layers ??= this.#job.vertex(this.#name);
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

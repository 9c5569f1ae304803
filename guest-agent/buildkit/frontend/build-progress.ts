import type { Instruction } from '../../build/dockerfile/parse.ts';
import type { BuildEvent } from '../../build/session.ts';
import type { Stage } from '../../build/stages.ts';
import type { ProgressMessage } from '../../engine/images/distribution/progress.ts';
import { isReference } from '../../grammar/reference.ts';
import { canonicalName, parseReference, withDefaultTag } from '../../registry/reference.ts';
import type { Job } from '../jobs/job.ts';
import type { StepLine, Vertex } from '../jobs/vertex.ts';
import { type StageLabel, stepName, stepPlace } from './step-name.ts';

/** Instructions that clients show. Others only change the image's configuration. */
const SHOWN = new Set(['RUN', 'COPY', 'ADD', 'WORKDIR']);

/** Shows the events of a build as BuildKit's steps. */
export class BuildProgress {
  readonly #job: Job;
  readonly #labels: StageLabel[];
  /** The images that stages begin with, by the stages' numbers. */
  readonly #bases: ReadonlyMap<number, string>;
  /** Images whose metadata or whose layers were shown. */
  readonly #resolved = new Set<string>();
  readonly #fetched = new Set<string>();
  #number = 0;
  #stage = 0;
  #instruction: Instruction | undefined;
  #step: Vertex | undefined;
  #isCached = false;
  #pull: PullProgress | undefined;

  /** `bases` are the images that stages begin with, by the stages' numbers. */
  constructor(job: Job, stages: readonly Stage[], bases: ReadonlyMap<number, string>) {
    this.#job = job;
    this.#bases = bases;
    this.#labels = stages.map(({ name, instructions }, index) => {
      const shown = instructions.filter(({ keyword }) => SHOWN.has(keyword)).length;
      return {
        name: stages.length === 1 ? '' : name || `stage-${index}`,
        total: shown + (bases.has(index) ? 1 : 0),
      };
    });
  }

  /** The lines of the current instruction. */
  get lines(): readonly [number, number] | undefined {
    if (this.#instruction === undefined) return undefined;
    const { line, endLine } = this.#instruction;
    return line > 0 ? [line, endLine] : undefined;
  }

  /** The current step, which an error belongs to. */
  get vertex(): string | undefined {
    return this.#step?.digest;
  }

  take(event: BuildEvent): void {
    switch (event.kind) {
      case 'step':
        this.#finishStep();
        this.#begin(event);
        break;
      case 'triggers': {
        const label = this.#labels[this.#stage];
        if (label === undefined) break;
        this.#labels[this.#stage] = { ...label, total: label.total + event.count };
        break;
      }
      case 'cached':
        this.#isCached = true;
        break;
      case 'image':
        this.#finishStep();
        break;
      case 'output':
        this.#step?.output(event.stream, event.data);
        break;
      case 'pull':
        this.#pull?.take(event.message);
        break;
      case 'container':
      case 'unused-args':
        // BuildKit doesn't tell of containers, and shows unused arguments only as a warning.
        break;
    }
  }

  /**
   * An image is looked up, and pulled if the engine doesn't have it: the image that a stage begins
   * with, or one that an instruction takes files from.
   */
  pullBegins(name: string, stage?: { readonly number: number; readonly from: Instruction }): void {
    const label = stage && this.#labels[stage.number];
    if (stage !== undefined) this.#instruction = stage.from;
    const full = fullName(name);
    const metadata = this.#resolved.has(full) ? undefined : `[internal] load metadata for ${full}`;
    this.#resolved.add(full);
    this.#pull = new PullProgress(
      this.#job,
      metadata,
      `${label === undefined ? '' : stepPlace(label, 1)}FROM ${full}`,
    );
  }

  pullEnds(name: string): void {
    if (this.#pull?.finish()) this.#fetched.add(fullName(name));
    this.#pull = undefined;
  }

  fail(message: string): void {
    this.#pull?.fail(message);
    this.#step?.fail(message);
  }

  finish(): void {
    this.#finishStep();
  }

  #begin({ instruction, stage, variables, isTrigger }: BuildEvent & { kind: 'step' }): void {
    this.#instruction = instruction;
    if (stage === undefined) return;
    if (instruction.keyword === 'FROM') {
      this.#stage = stage;
      const base = this.#bases.get(stage);
      this.#number = base === undefined ? 0 : 1;
      const label = this.#labels[stage];
      if (base === undefined || label === undefined || this.#fetched.has(fullName(base))) return;
      // Stages that begin with the same image share this step.
      this.#fetched.add(fullName(base));
      const name = `${stepPlace(label, 1)}FROM ${fullName(base)}`;
      this.#job.vertex(name).complete({ cached: true });
      return;
    }
    if (!SHOWN.has(instruction.keyword)) return;
    this.#number += 1;
    const shown = isTrigger
      ? { ...instruction, original: `ONBUILD ${instruction.original}` }
      : instruction;
    this.#step = this.#job.vertex(
      stepName(this.#labels[stage] ?? { name: '', total: 0 }, this.#number, shown, variables),
    );
  }

  #finishStep(): void {
    this.#step?.complete({ cached: this.#isCached });
    this.#step = undefined;
    this.#isCached = false;
  }
}

/** A base image: first its description, then its layers. */
class PullProgress {
  readonly #job: Job;
  readonly #name: string;
  readonly #lines = new Map<string, StepLine>();
  readonly #metadata: Vertex | undefined;
  #layers: Vertex | undefined;

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

  /** Returns whether layers were pulled. */
  finish(): boolean {
    this.#metadata?.complete();
    this.#layers?.complete();
    return this.#layers !== undefined;
  }

  fail(message: string): void {
    (this.#layers ?? this.#metadata)?.fail(message);
  }
}

/** `docker.io/library/busybox:latest`. An image's ID stays as it is. */
export function fullName(name: string): string {
  return isReference(name) ? canonicalName(withDefaultTag(parseReference(name))) : name;
}

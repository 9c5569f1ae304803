import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Registry } from '../../conformance/peers/peer.ts';
import { Random } from '../../fixtures/random.ts';
import { Acknowledged } from '../acknowledged.ts';
import { type FaultResult, Findings } from '../checks.ts';
import { FaultyEngine } from '../engine.ts';
import type { FaultImages } from '../images.ts';
import type { Operation, Workplace } from '../operation.ts';
import { operations } from '../operations/all.ts';
import { type Code, codes, FailingCalls } from './choose-call.ts';
import { unclear } from './clear-words.ts';

export interface ErrorOptions {
  readonly directory: string;
  readonly images: FaultImages;
  readonly registry: Registry;
  readonly seed: number;
  /** How many system calls fail. */
  readonly errors: number;
  readonly only?: string | undefined;
  /** When to stop early, in milliseconds since the epoch. */
  readonly deadline: number;
  readonly signal: AbortSignal;
  readonly print: (line: string) => void;
}

/** An operation may need no call that can fail with a code. */
const TRIES_PER_ERROR = 3;

/** Lets system calls of the engine fail during operations, and checks the engine after each. */
export async function injectErrors(options: ErrorOptions): Promise<FaultResult> {
  const directory = join(options.directory, 'errors');
  const { calls, environment } = await FailingCalls.prepare(directory);
  const engine = await FaultyEngine.start(directory, options.registry, environment);
  try {
    return await new ErrorRun(engine, calls, options).run();
  } finally {
    await engine.stop();
  }
}

class ErrorRun {
  readonly #engine: FaultyEngine;
  readonly #calls: FailingCalls;
  readonly #options: ErrorOptions;
  readonly #random: Random;
  readonly #acknowledged: Acknowledged;
  readonly #findings: Findings;
  /** How many calls of an operation can fail, by its name. */
  readonly #possible = new Map<string, Readonly<Partial<Record<Code, number>>>>();
  readonly #failed: Record<Code, number> = { ENOSPC: 0, EIO: 0, EMFILE: 0, ENOMEM: 0 };
  #answered = 0;

  constructor(engine: FaultyEngine, calls: FailingCalls, options: ErrorOptions) {
    this.#engine = engine;
    this.#calls = calls;
    this.#options = options;
    this.#random = new Random(options.seed);
    this.#acknowledged = new Acknowledged(engine, options.images.box);
    this.#findings = new Findings(options.print);
  }

  get #total(): number {
    return Object.values(this.#failed).reduce((sum, count) => sum + count, 0);
  }

  async run(): Promise<FaultResult> {
    const { errors, deadline, seed, images, only, signal } = this.#options;
    const begun = Date.now();
    const chosen = operations.filter(({ name }) => only === undefined || name === only);
    if (chosen.length === 0) throw new Error(`no operation is called ${only}`);
    const { api } = this.#engine;
    await api.must('POST', `/images/create?fromImage=${encodeURIComponent(images.box)}`);
    await this.#acknowledged.add('kept-0');
    await this.#acknowledged.addRunning('kept-running');
    for (const operation of chosen) await this.#count(operation);
    const pairs = chosen.flatMap((operation) => codes.map((code) => ({ operation, code })));
    for (let number = 0; this.#total < errors && number < errors * TRIES_PER_ERROR; number++) {
      if (Date.now() > deadline || signal.aborted) break;
      const pair = pairs[number % pairs.length];
      if (pair !== undefined) await this.#tryOnce(pair.operation, pair.code, number);
    }
    const minutes = ((Date.now() - begun) / 60_000).toFixed(1);
    const each = codes.map((code) => `${code} ${this.#failed[code]}`).join(', ');
    const summary = `faults: ${this.#total} injected errors (${each}) in ${chosen.length} operations, ${this.#answered} of them told to the client, ${this.#acknowledged.count} acknowledged things: ${this.#findings.summary}; seed ${seed}, ${minutes} min`;
    return { summary, isClean: this.#findings.isClean };
  }

  #place(name: string): Workplace {
    const { images, directory } = this.#options;
    return {
      ...{ api: this.#engine.api, name, image: images.box, pulled: images.layered },
      directory: join(directory, name),
    };
  }

  /** Runs the operation once without a failure, and counts its calls. */
  async #count(operation: Operation): Promise<void> {
    const place = this.#place(`count-${operation.name.replaceAll(' ', '-')}`);
    await operation.prepare?.(place);
    await this.#calls.stop();
    await operation.run(place);
    this.#possible.set(operation.name, (await this.#calls.stop()).calls);
    await operation.check(place);
    await operation.tidy(place);
    await rm(place.directory, { recursive: true, force: true });
  }

  async #tryOnce(operation: Operation, code: Code, number: number): Promise<void> {
    const possible = this.#possible.get(operation.name)?.[code] ?? 0;
    const skip = Math.floor(this.#random.number() * possible);
    if (possible === 0) return;
    const place = this.#place(`try-${number}`);
    const [agent] = this.#engine.find('agent');
    let label = `#${number} ${operation.name}, ${code} after ${skip} calls`;
    try {
      await operation.prepare?.(place);
      await this.#calls.choose(code, skip);
      const failure = await operation.run(place).then(
        () => undefined,
        (error: Error) => error,
      );
      const { failed } = await this.#calls.stop();
      if (failed === undefined && failure === undefined) return await operation.tidy(place);
      this.#failed[code] += 1;
      label = `#${number} ${operation.name}, ${code} of ${failed}`;
      if (failure !== undefined) {
        this.#answered += 1;
        const why = unclear(failure.message);
        if (why !== undefined) this.#findings.fail(label, why, failure);
      }
      if (this.#engine.find('agent')[0] !== agent) {
        this.#findings.fail(
          label,
          'failed',
          new Error('the engine ended, and another one started'),
        );
      }
      await this.#check(label, failure === undefined);
      if (failure !== undefined) await operation.run(place);
      await operation.check(place);
      await operation.tidy(place);
      await this.#check(`${label}, at the end`);
    } catch (error) {
      this.#findings.fail(label, 'failed', error);
      await operation.tidy(place).catch((cause) => this.#findings.fail(label, 'tidying', cause));
    } finally {
      await rm(place.directory, { recursive: true, force: true });
    }
    if (number % 25 === 24) this.#options.print(`${this.#total} errors, ${label}`);
  }

  async #check(label: string, isDone = true): Promise<void> {
    await this.#findings.check(label, this.#engine.api, this.#acknowledged, { isDone });
  }
}

import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Registry } from '../conformance/peers/peer.ts';
import { Random } from '../fixtures/random.ts';
import { Acknowledged } from './acknowledged.ts';
import { type FaultResult, Findings } from './checks.ts';
import { FaultyEngine, type Victim } from './engine.ts';
import type { FaultImages } from './images.ts';
import { killDuring } from './kill.ts';
import type { Operation, Workplace } from './operation.ts';
import { operations } from './operations/all.ts';

export interface KillOptions {
  readonly directory: string;
  readonly images: FaultImages;
  readonly registry: Registry;
  readonly seed: number;
  /** How many processes to kill. */
  readonly kills: number;
  readonly only?: string | undefined;
  /** When to stop early, in milliseconds since the epoch. */
  readonly deadline: number;
  readonly signal: AbortSignal;
  readonly print: (line: string) => void;
}

/** A program may not run in a try, so some tries kill nothing. */
const TRIES_PER_KILL = 6;

/** Kills processes during operations, and checks the engine after each kill. */
export async function killMany(options: KillOptions): Promise<FaultResult> {
  const engine = await FaultyEngine.start(join(options.directory, 'engine'), options.registry);
  try {
    return await new KillRun(engine, options).run();
  } finally {
    await engine.stop();
  }
}

class KillRun {
  readonly #engine: FaultyEngine;
  readonly #options: KillOptions;
  readonly #random: Random;
  readonly #acknowledged: Acknowledged;
  /** How long operations take, in milliseconds, by name. */
  readonly #durations = new Map<string, number>();
  readonly #killed = new Map<Victim, number>();
  readonly #findings: Findings;
  #kills = 0;

  constructor(engine: FaultyEngine, options: KillOptions) {
    this.#engine = engine;
    this.#options = options;
    this.#random = new Random(options.seed);
    this.#acknowledged = new Acknowledged(engine, options.images.box);
    this.#findings = new Findings(options.print);
  }

  async run(): Promise<FaultResult> {
    const { kills, deadline, seed, images, only } = this.#options;
    const begun = Date.now();
    const chosen = operations.filter(({ name }) => only === undefined || name === only);
    const name = images.box.slice(0, images.box.lastIndexOf(':'));
    await this.#engine.api.must(
      'POST',
      `/images/create?fromImage=${encodeURIComponent(name)}&tag=1`,
    );
    await this.#acknowledged.add('kept-0');
    await this.#acknowledged.addRunning('kept-running');
    for (let number = 0; this.#kills < kills && number < kills * TRIES_PER_KILL; number++) {
      if (Date.now() > deadline || this.#options.signal.aborted) break;
      const operation = chosen[number % chosen.length];
      if (operation === undefined) throw new Error(`no operation is called ${only}`);
      await this.#tryOnce(operation, number);
      // Acknowledged things of different ages.
      if (number % 50 === 49) await this.#acknowledged.add(`kept-${number}`);
    }
    const minutes = ((Date.now() - begun) / 60_000).toFixed(1);
    const victims = [...this.#killed].map(([victim, count]) => `${victim} ${count}`).join(', ');
    const acknowledged = this.#acknowledged.count;
    const summary = `faults: ${this.#kills} kills (${victims}) in ${chosen.length} operations, ${acknowledged} acknowledged things: ${this.#findings.summary}; seed ${seed}, ${minutes} min`;
    return { summary, isClean: this.#findings.isClean };
  }

  async #tryOnce(operation: Operation, number: number): Promise<void> {
    const { images, directory } = this.#options;
    const name = `try-${number}`;
    const place: Workplace = {
      ...{ api: this.#engine.api, name, image: images.box, pulled: images.layered },
      directory: join(directory, name),
    };
    const victim = this.#random.weighted<Victim>([
      [Math.max(operation.programs.length, 1), 'agent'],
      ...operation.programs.map((program) => [1, program] as const),
    ]);
    const usual = this.#durations.get(operation.name) ?? 200;
    const wait = this.#random.number() * usual * (victim === 'agent' ? 1.1 : 0.6);
    const label = `#${number} ${operation.name}, kill ${victim} after ${wait.toFixed(0)} ms`;
    try {
      await operation.prepare?.(place);
      const { wasKilled, failure, took } = await killDuring(this.#engine, victim, wait, () =>
        operation.run(place),
      );
      if (!failure) this.#durations.set(operation.name, usual * 0.7 + Math.min(took, 5000) * 0.3);
      if (wasKilled) {
        this.#kills += 1;
        this.#killed.set(victim, (this.#killed.get(victim) ?? 0) + 1);
      }
      await this.#engine.answers();
      await this.#check(label, failure === undefined);
      if (failure !== undefined && !wasKilled)
        this.#findings.fail(label, 'failed without a kill', failure);
      if (failure !== undefined || victim !== 'agent') await operation.run(place);
      await operation.check(place);
      await operation.tidy(place);
      await this.#check(`${label}, at the end`);
    } catch (error) {
      this.#findings.fail(label, 'failed', error);
      await operation
        .tidy(place)
        .catch((cause) => this.#findings.fail(label, 'tidying failed', cause));
    } finally {
      await rm(place.directory, { recursive: true, force: true });
    }
    if (number % 25 === 24) this.#options.print(`${this.#kills} kills, ${label}`);
  }

  async #check(label: string, isDone = true): Promise<void> {
    await this.#findings.check(label, this.#engine.api, this.#acknowledged, { isDone });
  }
}

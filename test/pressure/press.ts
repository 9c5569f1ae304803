import { join } from 'node:path';
import type { Registry } from '../conformance/peers/peer.ts';
import type { FaultImages } from '../faults/images.ts';
import { Random } from '../fixtures/random.ts';
import { tidy } from './containers.ts';
import { PressedEngine } from './engine.ts';
import type { Scenario, Workplace } from './scenario.ts';

export interface PressOptions {
  readonly directory: string;
  readonly images: FaultImages;
  readonly registry: Registry;
  readonly scenarios: readonly Scenario[];
  readonly scale: number;
  readonly seed: number;
  readonly minutes: number;
  /** Multiplies what a ping may take, for hosts that other programs keep busy. */
  readonly slack: number;
  readonly signal: AbortSignal;
  readonly print: (line: string) => void;
}

export interface PressResult {
  readonly summary: string;
  readonly isClean: boolean;
}

/** For 99 of 100 pings, in milliseconds. */
const P99_MS = 250;
/** For each ping, in milliseconds. */
const PING_MS = 1000;
/** For the longest turn of the engine's event loop, in milliseconds of the processor. */
const TURN_MS = 250;

/** Runs the scenarios on one engine, and checks the engine after each. */
export async function press(options: PressOptions): Promise<PressResult> {
  const engine = await PressedEngine.start(join(options.directory, 'engine'), options.registry);
  try {
    return await new PressRun(engine, options).run();
  } finally {
    await engine.stop();
  }
}

class PressRun {
  readonly #engine: PressedEngine;
  readonly #options: PressOptions;
  /** The longest turn of the engine before this scenario. */
  #turn = 0;
  #counts = { scenarios: 0, failed: 0, lost: 0, orphans: 0 };

  constructor(engine: PressedEngine, options: PressOptions) {
    this.#engine = engine;
    this.#options = options;
  }

  async run(): Promise<PressResult> {
    const { scenarios, scale, seed, minutes, slack, signal, images, print } = this.#options;
    const begun = Date.now();
    const place: Workplace = {
      ...{ engine: this.#engine, api: this.#engine.api, random: new Random(seed), signal },
      ...{ image: images.box, pulled: images.layered, minutes: minutes * scale },
      count: (full, least = 1) => Math.max(least, Math.round(full * scale)),
    };
    await place.api.must('POST', `/images/create?fromImage=${encodeURIComponent(images.box)}`);
    for (const scenario of scenarios) {
      if (signal.aborted) break;
      this.#counts.scenarios += 1;
      const faults = await this.#runOne(scenario, place);
      for (const fault of faults) print(`${scenario.name}: FAILED: ${fault}`);
      if (faults.length > 0) this.#counts.failed += 1;
    }
    const { pings, p99, longest } = this.#engine.vitals.summary();
    const turn = await this.#engine.longestTurn();
    const { scenarios: count, failed, lost, orphans } = this.#counts;
    const took = ((Date.now() - begun) / 60_000).toFixed(1);
    return {
      summary: `pressure: ${count} scenarios at scale ${scale}: ${failed} failed, ${lost} lost, ${orphans} orphans; of ${pings} pings, 99 % within ${p99.toFixed()} ms, the longest ${longest.toFixed()} ms; longest turn of the engine ${turn} ms; seed ${seed}, ${took} min`,
      isClean: failed === 0 && p99 < P99_MS * slack,
    };
  }

  /** Resolves to what is wrong. */
  async #runOne({ name, run }: Scenario, place: Workplace): Promise<string[]> {
    const { print, slack } = this.#options;
    const { vitals } = this.#engine;
    const faults: string[] = [];
    const note = (error: Error) => faults.push(error.message);
    await vitals.since();
    const begun = Date.now();
    const figures = await run(place).catch(note);
    const took = Math.round((Date.now() - begun) / 1000);
    faults.push(...(await this.#audit()));
    await tidy(place).catch(note);
    faults.push(...(await this.#audit()));
    if (!this.#engine.isAlive) faults.push('the engine ended, and another one started');
    const { longest, failed, memory } = await vitals.since();
    if (longest > PING_MS * slack) faults.push(`a ping took ${longest.toFixed()} ms`);
    faults.push(...failed.slice(0, 3).map((why) => `no answer to a ping: ${why}`));
    const turn = await this.#engine.longestTurn();
    if (turn > TURN_MS && turn > this.#turn) faults.push(`a turn of the engine took ${turn} ms`);
    this.#turn = turn;
    const signs = `pings up to ${longest.toFixed()} ms, memory up to ${memory.toFixed()} MiB, longest turn so far ${turn} ms`;
    if (typeof figures === 'string') print(`${name}: ${figures}; ${signs}; ${took} s`);
    else print(`${name}: ${signs}; ${took} s`);
    return faults;
  }

  /** What `berth doctor --deep` finds, for display. */
  async #audit(): Promise<string[]> {
    const findings = await this.#engine.api.audit().catch((error: Error) => error);
    if (findings instanceof Error) return [`no audit: ${findings.message}`];
    for (const { Kind } of findings) {
      if (Kind === 'orphan') this.#counts.orphans += 1;
      if (Kind === 'lost' || Kind === 'damaged') this.#counts.lost += 1;
    }
    return findings.map(({ Kind, Message }) => `${Kind}: ${Message}`);
  }
}

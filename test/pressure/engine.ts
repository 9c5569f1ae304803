import { copyFile, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Registry } from '../conformance/peers/peer.ts';
import { FaultyEngine } from '../faults/engine.ts';
import type { EngineApi } from '../faults/engine-api.ts';
import { type Vitals, watchVitals } from '../fixtures/vitals.ts';

const FIXTURES = join(import.meta.dirname, '../fixtures');
/** Milliseconds between two pings. */
const PING_PAUSE = 50;

/** An engine on this host under pressure, whose signs of life are measured. */
export class PressedEngine {
  readonly vitals: Vitals;
  readonly #engine: FaultyEngine;
  readonly #run: string;
  /** The engine's process, as this host numbers it. */
  readonly pid: number;

  private constructor(engine: FaultyEngine, run: string, pid: number) {
    this.#engine = engine;
    this.#run = run;
    this.pid = pid;
    this.vitals = watchVitals(engine.api.socket, pid, PING_PAUSE);
  }

  static async start(directory: string, registry: Registry): Promise<PressedEngine> {
    const run = join(directory, 'run');
    await mkdir(run, { recursive: true });
    const programs = { 'turns.ts': join(FIXTURES, 'longest-turn.ts') };
    const clock = { 'clock.ts': join(import.meta.dirname, 'shifted-clock.ts') };
    for (const [name, path] of Object.entries({ ...programs, ...clock })) {
      await copyFile(path, join(run, name));
    }
    await writeFile(join(run, 'clock-shift'), '0');
    const engine = await FaultyEngine.start(directory, registry, {
      AGENT_OPTIONS: '--import /run/berth/turns.ts --import /run/berth/clock.ts',
      LONGEST_TURN: '/run/berth/longest-turn',
      CLOCK_SHIFT: '/run/berth/clock-shift',
    });
    const [pid] = engine.find('agent');
    if (pid === undefined) throw new Error('the engine has no process');
    // The longest turn is measured from a few seconds after the start.
    const deadline = Date.now() + 60_000;
    while (!(await readdir(run)).includes('longest-turn')) {
      if (Date.now() > deadline) throw new Error("the engine doesn't measure its turns");
      await delay(100);
    }
    return new PressedEngine(engine, run, pid);
  }

  get api(): EngineApi {
    return this.#engine.api;
  }

  /** What the VM has on its data disk. */
  get data(): string {
    return this.#engine.data;
  }

  /** Whether this is still the process that was started. */
  get isAlive(): boolean {
    return this.#engine.find('agent').includes(this.pid);
  }

  /** The processes of the engine and its containers, as this host numbers them. */
  processes(): number[] {
    return this.#engine.processes();
  }

  /** The memory of the engine's process, in MiB. */
  async memory(): Promise<number> {
    const status = await readFile(`/proc/${this.pid}/status`, 'utf8');
    return Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1]) / 1024;
  }

  /** How many files, sockets and so on the engine has open. */
  async descriptors(): Promise<number> {
    return (await readdir(`/proc/${this.pid}/fd`)).length;
  }

  /** The same, when it is at most `most`, or after `patience` milliseconds. */
  async descriptorsSettled(most: number, patience = 20_000): Promise<number> {
    const deadline = Date.now() + patience;
    for (;;) {
      const open = await this.descriptors();
      if (open <= most || Date.now() > deadline) return open;
      await delay(200);
    }
  }

  /** The longest turn of the event loop so far, in milliseconds of the processor. */
  async longestTurn(): Promise<number> {
    return Number(await readFile(join(this.#run, 'longest-turn'), 'utf8'));
  }

  /** Sets the clock that the engine sees back or forth, by this number of milliseconds. */
  async shiftClock(milliseconds: number): Promise<void> {
    await writeFile(join(this.#run, 'clock-shift'), String(milliseconds));
    // The engine looks at the file this often.
    await delay(200);
  }

  async stop(): Promise<void> {
    await this.vitals.stop();
    await this.#engine.stop();
  }
}

import { copyFile, mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import * as z from 'zod';
import { ifMissing } from '../../../guest-agent/errors.ts';

export const codes = ['ENOSPC', 'EIO', 'EMFILE', 'ENOMEM'] as const;
export type Code = (typeof codes)[number];

const seenSchema = z.object({
  number: z.number(),
  /** How many calls could have failed in this way. */
  calls: z.record(z.enum(codes), z.number()),
  /** The call that failed. */
  failed: z.string().optional(),
});
export type Seen = z.infer<typeof seenSchema>;

/** Milliseconds for a busy engine to look at the file. */
const DEADLINE = 20_000;

/** Chooses which system call of the engine fails (see failing-calls.ts). */
export class FailingCalls {
  readonly #path: string;
  #number = 0;

  private constructor(path: string) {
    this.#path = path;
  }

  /** With the environment of an engine whose calls can fail. `directory` is the engine's. */
  static async prepare(directory: string) {
    const run = join(directory, 'run');
    await mkdir(run, { recursive: true });
    await copyFile(join(import.meta.dirname, 'failing-calls.ts'), join(run, 'failing-calls.ts'));
    const path = join(run, 'failing-call');
    await writeFile(path, '{"number":0}');
    const environment = {
      AGENT_OPTIONS: '--import /run/berth/failing-calls.ts',
      FAILING_CALL: '/run/berth/failing-call',
    };
    return { calls: new FailingCalls(path), environment };
  }

  /** From now on, the call after `skip` others that can fail with this code fails, once. */
  choose(code: Code, skip: number): Promise<Seen> {
    return this.#order({ code, skip });
  }

  /** From now on, no call fails. Resolves to what came of the choice. */
  stop(): Promise<Seen> {
    return this.#order({});
  }

  async #order(order: object): Promise<Seen> {
    this.#number += 1;
    await writeFile(`${this.#path}.next`, JSON.stringify({ number: this.#number, ...order }));
    await rename(`${this.#path}.next`, this.#path);
    for (const deadline = Date.now() + DEADLINE; Date.now() < deadline; await delay(5)) {
      const text = await readFile(`${this.#path}.seen`, 'utf8').catch(ifMissing(undefined));
      const seen = text === undefined ? undefined : seenSchema.parse(JSON.parse(text));
      if (seen?.number === this.#number) return seen;
    }
    throw new Error("the engine doesn't look at which call fails");
  }
}

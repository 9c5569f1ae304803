import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import * as z from 'zod';
import { PATIENCE, readUntil, SuiteClient } from './client.ts';

/** An engine to test. */
export interface SuiteTarget {
  readonly socket: string;
  /** A busybox image that the engine can pull. Its command is `sh`. */
  readonly image: string;
}

/** One behavior of every engine. `run` rejects if the engine behaves differently. */
export interface SuiteCase {
  readonly name: string;
  readonly run: (place: Place) => Promise<void>;
}

const idSchema = z.object({ Id: z.string() });
const inspectSchema = z.looseObject({
  Id: z.string(),
  Name: z.string(),
  RestartCount: z.number(),
  State: z.looseObject({
    ...{ Status: z.string(), Running: z.boolean(), Paused: z.boolean() },
    ...{ Pid: z.number(), ExitCode: z.number(), StartedAt: z.string(), FinishedAt: z.string() },
    Health: z.looseObject({ Status: z.string() }).optional(),
  }),
});

/** The engine for one case, with names that no other case uses. */
export class Place {
  readonly client: SuiteClient;
  readonly image: string;
  /** The beginning of all names in this case. */
  readonly prefix = `suite-${randomBytes(4).toString('hex')}`;
  readonly #clearing: (() => Promise<unknown>)[] = [];

  constructor({ socket, image }: SuiteTarget) {
    this.client = new SuiteClient(socket);
    this.image = image;
  }

  /** Adds a step that runs after the case. The last step runs first. */
  defer(step: () => Promise<unknown>): void {
    this.#clearing.push(step);
  }

  async clear(): Promise<void> {
    for (const step of this.#clearing.reverse()) await step();
  }

  /** Creates a container that runs a script, or `Cmd`. Returns its ID. */
  async create(script: string, more: object = {}, name = this.prefix): Promise<string> {
    const body = {
      ...{ Image: this.image, Cmd: ['sh', '-c', script] },
      ...more,
    };
    const { Id } = await this.client.expect(
      ...[idSchema, 201, 'POST', `/containers/create?name=${name}`, body],
    );
    this.defer(() => this.client.call('DELETE', `/containers/${Id}?force=1&v=1`));
    return Id;
  }

  async start(id: string): Promise<void> {
    await this.client.expect(z.undefined(), 204, 'POST', `/containers/${id}/start`);
  }

  /** Creates and starts a container. */
  async run(script: string, more: object = {}, name = this.prefix): Promise<string> {
    const id = await this.create(script, more, name);
    await this.start(id);
    return id;
  }

  /** Waits until a container exits. Returns its exit code. */
  async wait(id: string, condition = 'not-running'): Promise<number> {
    const path = `/containers/${id}/wait?condition=${condition}`;
    const answer = z.object({ StatusCode: z.number() });
    return (await this.client.expect(answer, 200, 'POST', path)).StatusCode;
  }

  /** Resolves when a container has written a text. */
  async hasWritten(id: string, text: string): Promise<void> {
    const log = await this.client.open('GET', `/containers/${id}/logs?stdout=1&follow=1`);
    await readUntil(log, text);
    log.destroy();
  }

  inspect(id: string) {
    return this.client.expect(inspectSchema, 200, 'GET', `/containers/${id}/json`);
  }

  /** Calls `look` until `isWanted` accepts the result. */
  async until<T>(look: () => Promise<T>, isWanted: (found: T) => boolean): Promise<T> {
    for (const start = Date.now(); ; ) {
      const found = await look();
      if (isWanted(found)) return found;
      if (Date.now() - start > PATIENCE) {
        throw new Error(`the expected state was never reached: ${JSON.stringify(found)}`);
      }
      await delay(30);
    }
  }
}

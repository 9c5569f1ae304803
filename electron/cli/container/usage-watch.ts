import type { EngineClient } from '../../host/engine/client.ts';
import { listContainers } from '../../host/engine/containers.ts';
import { type ContainerUsage, containerUsage } from '../../host/engine/stats.ts';
import { engineEvents } from '../../host/engine/system.ts';

/** The latest that is known of what containers use, for as long as somebody looks. */
export class UsageWatch {
  readonly #engine: EngineClient;
  readonly #ended = new AbortController();
  /** By name or ID, in the order in which they came. */
  readonly #usages = new Map<string, ContainerUsage | undefined>();

  constructor(engine: EngineClient) {
    this.#engine = engine;
  }

  latest(): ContainerUsage[] {
    return [...this.#usages.values()].filter((usage) => usage !== undefined);
  }

  /** Looks at these containers until they are removed. Rejects when one isn't there. */
  async follow(names: readonly string[]): Promise<void> {
    await Promise.all(names.map((name) => this.#look(name)));
  }

  /** Looks at the containers that run, or `all`, also at those that come. Never ends by itself. */
  async followAll({ all }: { all: boolean }): Promise<void> {
    const failed = Promise.withResolvers<never>();
    const begin = (id: string) => void this.#look(id).catch(failed.reject);
    const { signal } = this.#ended;
    // Before the list is asked for, so that no container comes in between.
    const events = engineEvents(this.#engine, {
      signal,
      filters: { type: ['container'], event: [all ? 'create' : 'start', 'die', 'destroy'] },
    });
    const watching = (async () => {
      for await (const { Action, Actor } of events) {
        if (Action === 'create' || Action === 'start') begin(Actor.ID);
        else if (Action === 'destroy' || !all) this.#usages.delete(Actor.ID);
      }
    })();
    for (const { Id } of (await listContainers(this.#engine, { all })).reverse()) begin(Id);
    await Promise.race([watching, failed.promise]);
  }

  /** No more of it: every request is given up. */
  end(): void {
    this.#ended.abort();
  }

  async #look(name: string): Promise<void> {
    if (this.#usages.has(name)) return;
    this.#usages.set(name, undefined);
    const { signal } = this.#ended;
    try {
      for await (const usage of containerUsage(this.#engine, name, { stream: true, signal })) {
        // It has stopped and isn't wanted any more.
        if (!this.#usages.has(name)) return;
        this.#usages.set(name, usage);
      }
    } catch (error) {
      if (!signal.aborted) throw error;
    } finally {
      this.#usages.delete(name);
    }
  }
}

import { TaskGroup } from '../../host/base/task-group.ts';
import type { EngineClient } from '../../host/engine/connection/client.ts';
import { listContainers } from '../../host/engine/containers.ts';
import { type ContainerUsage, containerUsage } from '../../host/engine/stats.ts';
import { engineEvents } from '../../host/engine/system.ts';

/** The latest that is known of what containers use, for as long as somebody looks. */
export class UsageWatch {
  readonly #engine: EngineClient;
  readonly #looking = new TaskGroup();
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
    for (const name of names) this.#looking.run(() => this.#look(name));
    await this.#looking.ended();
  }

  /** Looks at the containers that run, or `all`, also at those that come later. */
  async followAll({ all }: { all: boolean }): Promise<void> {
    const looking = this.#looking;
    const { signal } = looking;
    const begin = (id: string) => looking.run(() => this.#look(id));
    // Before the list is asked for, so that no container comes in between.
    const events = engineEvents(this.#engine, {
      signal,
      filters: { type: ['container'], event: [all ? 'create' : 'start', 'die', 'destroy'] },
    });
    looking.run(async () => {
      for await (const { Action, Actor } of events) {
        if (Action === 'create' || Action === 'start') begin(Actor.ID);
        else if (Action === 'destroy' || !all) this.#usages.delete(Actor.ID);
      }
      looking.end();
    });
    looking.run(async () => {
      const containers = await listContainers(this.#engine, { all });
      for (const { Id } of containers.reverse()) begin(Id);
    });
    await looking.ended();
  }

  /** No more of it: every request is given up. */
  end(): void {
    this.#looking.end();
  }

  async #look(name: string): Promise<void> {
    if (this.#usages.has(name)) return;
    this.#usages.set(name, undefined);
    const { signal } = this.#looking;
    try {
      for await (const usage of containerUsage(this.#engine, name, { stream: true, signal })) {
        // It has stopped and isn't wanted any more.
        if (!this.#usages.has(name)) return;
        this.#usages.set(name, usage);
      }
    } finally {
      this.#usages.delete(name);
    }
  }
}

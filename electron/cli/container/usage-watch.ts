import { TaskGroup } from '../../host/base/task-group.ts';
import type { EngineClient } from '../../host/engine/connection/client.ts';
import { type Filters, listContainers } from '../../host/engine/containers.ts';
import { type ContainerUsage, containerUsage } from '../../host/engine/stats.ts';
import { engineEvents } from '../../host/engine/system.ts';

/** The latest resource usage of containers, until `end` is called. */
export class UsageWatch {
  readonly #engine: EngineClient;
  readonly #looking = new TaskGroup();
  /** By name or ID, in the order in which containers were added. */
  readonly #usages = new Map<string, ContainerUsage | undefined>();

  constructor(engine: EngineClient) {
    this.#engine = engine;
  }

  latest(): ContainerUsage[] {
    return [...this.#usages.values()].filter((usage) => usage !== undefined);
  }

  /** Watches these containers until they are removed. Rejects if a container doesn't exist. */
  async follow(names: readonly string[]): Promise<void> {
    for (const name of names) this.#looking.run(() => this.#look(name));
    await this.#looking.ended();
  }

  /**
   * Watches the running containers that pass the filters, or all of these, including containers that
   * start later.
   */
  async followAll({ all, filters }: { all: boolean; filters: Filters }): Promise<void> {
    const looking = this.#looking;
    const { signal } = looking;
    const begin = (id: string) => looking.run(() => this.#look(id));
    // Subscribes before it requests the list, so that it doesn't miss a container.
    const events = engineEvents(this.#engine, {
      signal,
      filters: {
        ...filters,
        type: ['container'],
        event: [all ? 'create' : 'start', 'die', 'destroy'],
      },
    });
    looking.run(async () => {
      for await (const { Action, Actor } of events) {
        if (Action === 'create' || Action === 'start') begin(Actor.ID);
        else if (Action === 'destroy' || !all) this.#usages.delete(Actor.ID);
      }
      looking.end();
    });
    looking.run(async () => {
      const containers = await listContainers(this.#engine, { all, filters });
      for (const { Id } of containers.reverse()) begin(Id);
    });
    await looking.ended();
  }

  /** Aborts all requests. */
  end(): void {
    this.#looking.end();
  }

  async #look(name: string): Promise<void> {
    if (this.#usages.has(name)) return;
    this.#usages.set(name, undefined);
    const { signal } = this.#looking;
    try {
      for await (const usage of containerUsage(this.#engine, name, { stream: true, signal })) {
        // The container has stopped and left the list.
        if (!this.#usages.has(name)) return;
        this.#usages.set(name, usage);
      }
    } finally {
      this.#usages.delete(name);
    }
  }
}

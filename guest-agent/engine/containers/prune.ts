import type { Engine } from '../engine.ts';
import type { Filters } from '../filters.ts';
import { publishPrune, removeUnlessTaken } from '../prune.ts';
import { isActive } from './container.ts';
import { containerFilter } from './filters.ts';
import { removeContainer } from './remove.ts';
import { writableSize } from './size.ts';

export interface ContainerPrune {
  readonly removed: string[];
  /** Bytes of their writable layers. */
  readonly reclaimed: number;
}

/** Removes every container that doesn't run and matches. */
export async function pruneContainers(engine: Engine, filters: Filters): Promise<ContainerPrune> {
  const matches = containerFilter(engine, filters);
  const removed: string[] = [];
  let reclaimed = 0;
  for (const container of engine.containers.all()) {
    if (isActive(container.record) || !matches(container.record)) continue;
    const size = await writableSize(engine, container.id);
    const remove = () => removeContainer(engine, container, {});
    if (!(await removeUnlessTaken('conflict', remove))) continue;
    removed.push(container.id);
    reclaimed += size;
  }
  publishPrune(engine.events, 'container', reclaimed);
  return { removed, reclaimed };
}

import type { Engine } from '../../engine.ts';
import { checkFilters, type Filters } from '../../filters.ts';
import { publishPrune, removeUnlessTaken } from '../../prune.ts';
import { containerFilter } from '../inspect/filters.ts';
import { writableSize } from '../inspect/size.ts';
import { isActive } from '../record/container.ts';
import type { LiveContainer } from '../record/live-container.ts';
import { removeContainer } from './remove.ts';

export interface ContainerPrune {
  readonly removed: string[];
  /** Bytes of the removed writable layers. */
  readonly reclaimed: number;
}

/** Docker's filters for prune. Lists have more. */
const FILTERS = { label: true, 'label!': true, until: true };

/** All matching containers that don't run. Throws EngineError 'invalid'. */
export function prunableContainers(engine: Engine, filters: Filters): LiveContainer[] {
  checkFilters(FILTERS, filters);
  const matches = containerFilter(engine, filters);
  return engine.containers.all().filter(({ record }) => !isActive(record) && matches(record));
}

/** Removes the containers that `prunableContainers` finds. */
export async function pruneContainers(engine: Engine, filters: Filters): Promise<ContainerPrune> {
  const removed: string[] = [];
  let reclaimed = 0;
  for (const container of prunableContainers(engine, filters)) {
    // The container may have been started since.
    if (isActive(container.record)) continue;
    const size = await writableSize(engine, container.id);
    const remove = () => removeContainer(engine, container, {});
    if (!(await removeUnlessTaken('conflict', remove))) continue;
    removed.push(container.id);
    reclaimed += size;
  }
  publishPrune(engine.events, 'container', reclaimed);
  return { removed, reclaimed };
}

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
  /** Bytes of their writable layers. */
  readonly reclaimed: number;
}

/** Docker's; a listing has more filters. */
const FILTERS = { label: true, 'label!': true, until: true };

/** Every container that doesn't run and matches. Throws EngineError 'invalid'. */
export function prunableContainers(engine: Engine, filters: Filters): LiveContainer[] {
  checkFilters(FILTERS, filters);
  const matches = containerFilter(engine, filters);
  return engine.containers.all().filter(({ record }) => !isActive(record) && matches(record));
}

/** Removes what `prunableContainers` finds. */
export async function pruneContainers(engine: Engine, filters: Filters): Promise<ContainerPrune> {
  const removed: string[] = [];
  let reclaimed = 0;
  for (const container of prunableContainers(engine, filters)) {
    // It may have been started since.
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

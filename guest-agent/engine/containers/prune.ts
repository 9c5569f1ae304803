import { EngineError } from '../../errors.ts';
import type { Engine } from '../engine.ts';
import type { Filters } from '../filters.ts';
import { isActive } from './container.ts';
import { containerFilter } from './filters.ts';
import type { LiveContainer } from './live-container.ts';
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
    if (!(await removeIfStillIdle(engine, container))) continue;
    removed.push(container.id);
    reclaimed += size;
  }
  engine.events.publish({
    ...{ type: 'container', action: 'prune', id: '' },
    attributes: { reclaimed: String(reclaimed) },
  });
  return { removed, reclaimed };
}

/** False when somebody started or removed it in the meantime. */
async function removeIfStillIdle(engine: Engine, container: LiveContainer): Promise<boolean> {
  try {
    await removeContainer(engine, container, {});
    return true;
  } catch (error) {
    const overtaken =
      error instanceof EngineError && ['conflict', 'not-found'].includes(error.code);
    if (!overtaken) throw error;
    return false;
  }
}

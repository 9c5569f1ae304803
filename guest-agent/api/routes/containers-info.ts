import { isActive } from '../../engine/containers/container.ts';
import { matches } from '../../engine/containers/filters.ts';
import type { LiveContainer } from '../../engine/containers/live-container.ts';
import { imageSize, writableSize } from '../../engine/containers/size.ts';
import { containerProcesses } from '../../engine/containers/top.ts';
import type { Engine } from '../../engine/engine.ts';
import { containerInspect } from '../encode/container-inspect.ts';
import { containerSummary, type Sizes } from '../encode/container-summary.ts';
import { filters, flag, integer } from '../query.ts';
import { json, type Route } from '../route.ts';

/** What there is to know of containers. */
export function containerInfoRoutes(engine: Engine): Route[] {
  return [
    {
      method: 'GET',
      path: '/containers/json',
      handle: async ({ query }) => {
        const withSizes = flag(query, 'size');
        const chosen = chooseContainers(engine, query);
        return json(
          await Promise.all(
            chosen.map(async (container) =>
              containerSummary(
                engine.networks,
                container.record,
                withSizes ? await sizesOf(engine, container) : undefined,
              ),
            ),
          ),
        );
      },
    },
    {
      method: 'GET',
      path: '/containers/:id/json',
      handle: async ({ params, query }) => {
        const container = engine.containers.get(params.id ?? '');
        const sizes = flag(query, 'size') ? await sizesOf(engine, container) : undefined;
        const execs = engine.execs.of(container.id);
        return json(containerInspect(container.record, execs, engine, sizes));
      },
    },
    {
      method: 'GET',
      path: '/containers/:id/top',
      handle: async ({ params, query }) => {
        const container = engine.containers.get(params.id ?? '');
        const { titles, processes } = await containerProcesses(
          container,
          query.get('ps_args') || '-ef',
        );
        return json({ Titles: titles, Processes: processes });
      },
    },
  ];
}

function chooseContainers(engine: Engine, query: URLSearchParams): LiveContainer[] {
  const wanted = filters(query);
  const limit = integer(query, 'limit') ?? 0;
  const all = flag(query, 'all') || limit > 0 || 'status' in wanted || 'exited' in wanted;
  const chosen = engine.containers
    .all()
    .filter(({ record }) => (all || isActive(record)) && matches(engine, record, wanted));
  return limit > 0 ? chosen.slice(0, limit) : chosen;
}

async function sizesOf(engine: Engine, container: LiveContainer): Promise<Sizes> {
  const rw = await writableSize(engine, container.id);
  return { rw, rootFs: rw + imageSize(engine, container.record) };
}

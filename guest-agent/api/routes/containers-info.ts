import { containerFilter } from '../../engine/containers/inspect/filters.ts';
import { imageSize, writableSize } from '../../engine/containers/inspect/size.ts';
import { containerStats } from '../../engine/containers/inspect/stats.ts';
import { containerProcesses } from '../../engine/containers/inspect/top.ts';
import { linkNames } from '../../engine/containers/network/links.ts';
import { isActive } from '../../engine/containers/record/container.ts';
import type { LiveContainer } from '../../engine/containers/record/live-container.ts';
import type { Engine } from '../../engine/engine.ts';
import { EngineError } from '../../errors.ts';
import { containerInspect } from '../encode/container-inspect.ts';
import { encodeStats } from '../encode/container-stats.ts';
import { containerSummary, type Sizes } from '../encode/container-summary.ts';
import { filters, flag, integer } from '../query.ts';
import { type ApiRequest, json, type Reply, type Route } from '../route.ts';

/** Lists and describes containers. */
export function containerInfoRoutes(engine: Engine): Route[] {
  return [
    {
      method: 'GET',
      path: '/containers/json',
      // The host asks whether a container runs before it lets an idle VM sleep.
      looksOn: 'when-said',
      handle: async ({ query, version }) => {
        const withSizes = flag(query, 'size');
        const chosen = chooseContainers(engine, query);
        const names = linkNames(engine);
        return json(
          await Promise.all(
            chosen.map(async (container) =>
              containerSummary(
                engine,
                container.record,
                withSizes ? await sizesOf(engine, container) : undefined,
                version,
                names.get(container.id),
              ),
            ),
          ),
        );
      },
    },
    {
      method: 'GET',
      path: '/containers/*id/json',
      handle: async ({ params, query, version }) => {
        const container = engine.containers.get(params.id ?? '');
        const sizes = flag(query, 'size') ? await sizesOf(engine, container) : undefined;
        const execs = engine.execs.of(container.id);
        return json(containerInspect(container.record, execs, engine, sizes, version));
      },
    },
    {
      method: 'GET',
      path: '/containers/:id/top',
      handle: async ({ params, query }) => {
        const container = engine.containers.get(params.id ?? '');
        const { titles, processes } = await containerProcesses(
          engine,
          container,
          query.get('ps_args') || '-ef',
        );
        return json({ Titles: titles, Processes: processes });
      },
    },
    {
      method: 'GET',
      path: '/containers/:id/stats',
      handle: async (request) => statsReply(engine, request),
    },
  ];
}

function statsReply(engine: Engine, { params, query, signal, version }: ApiRequest): Reply {
  const container = engine.containers.get(params.id ?? '');
  const stream = flag(query, 'stream', true);
  const oneShot = flag(query, 'one-shot');
  if (stream && oneShot) {
    throw new EngineError('invalid', 'cannot have stream=true and one-shot=true');
  }
  const mode = stream ? 'stream' : oneShot ? 'at-once' : 'once';
  return {
    kind: 'stream',
    contentType: 'application/json',
    body: (async function* () {
      // The headers show clients that the container exists.
      if (stream) yield '';
      for await (const stats of containerStats(engine, container, mode, signal)) {
        yield `${JSON.stringify(encodeStats(stats, version))}\n`;
      }
    })(),
  };
}

function chooseContainers(engine: Engine, query: URLSearchParams): LiveContainer[] {
  const wanted = filters(query);
  const matches = containerFilter(engine, wanted);
  const limit = integer(query, 'limit') ?? 0;
  const all = flag(query, 'all') || limit > 0 || 'status' in wanted || 'exited' in wanted;
  const chosen = engine.containers
    .all()
    .filter(({ record }) => (all || isActive(record)) && matches(record));
  return limit > 0 ? chosen.slice(0, limit) : chosen;
}

async function sizesOf(engine: Engine, container: LiveContainer): Promise<Sizes> {
  const rw = await writableSize(engine, container.id);
  return { rw, rootFs: rw + imageSize(engine, container.record) };
}

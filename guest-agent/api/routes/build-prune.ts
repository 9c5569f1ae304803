import type { BuildCache } from '../../buildkit/cache/build-cache.ts';
import type { PrunePolicy } from '../../buildkit/cache/policy.ts';
import { EngineError } from '../../errors.ts';
import { parseDuration } from '../../grammar/duration.ts';
import { filters, flag, integer } from '../query.ts';
import { json, type Route } from '../route.ts';

/** The filters that Docker's engine passes on to BuildKit. */
const PASSED_ON = ['id', 'parent', 'type', 'description', 'inuse', 'shared', 'private'];

/** `POST /build/prune` */
export function buildPruneRoute(cache: BuildCache): Route {
  return {
    method: 'POST',
    path: '/build/prune',
    handle: async ({ query }) => {
      const removed = await cache.prune(policyOf(query));
      const freed = removed.filter(({ isShared }) => !isShared);
      return json({
        CachesDeleted: removed.length > 0 ? removed.map(({ id }) => id) : null,
        SpaceReclaimed: freed.reduce((sum, { size }) => sum + size, 0),
      });
    },
  };
}

/** Throws EngineError 'invalid'. */
function policyOf(query: URLSearchParams): PrunePolicy {
  const wanted = filters(query);
  const [until, ...others] = [...(wanted.until ?? []), ...(wanted['unused-for'] ?? [])];
  if (others.length > 0) throw new EngineError('invalid', 'filters expect only one value');
  const size = (name: string) => integer(query, name) ?? 0;
  const conditions = Object.entries(wanted).flatMap(([name, [value = '', ...more]]) => {
    if (name === 'until' || name === 'unused-for') return [];
    if (!PASSED_ON.includes(name)) throw new EngineError('invalid', `invalid filter '${name}'`);
    if (more.length > 0) throw new EngineError('invalid', 'filters expect only one value');
    return [value === '' ? name : `${name}${name === 'id' ? '~=' : '=='}${value}`];
  });
  return {
    all: flag(query, 'all'),
    keepDuration: until === undefined ? 0 : durationOf(until),
    filters: conditions.length > 0 ? [conditions.join(',')] : [],
    reservedSpace: size('reserved-space') || size('keep-storage'),
    maxUsedSpace: size('max-used-space'),
    minFreeSpace: size('min-free-space'),
  };
}

/** Milliseconds from `24h`, or since a time. */
function durationOf(text: string): number {
  const nanoseconds = parseDuration(text);
  if (nanoseconds !== undefined) return nanoseconds / 1e6;
  const seconds = /^\d+(\.\d+)?$/.test(text) ? Number(text) * 1000 : Date.parse(text);
  if (Number.isNaN(seconds)) {
    throw new EngineError(
      'invalid',
      `"until" filter expects a duration (e.g., '24h') or a timestamp`,
    );
  }
  return Math.max(0, Date.now() - seconds);
}

import { expect, test } from 'vitest';
import { pruneEverything } from '../testing/prune-everything.ts';
import { defaultPolicies } from './default-policies.ts';
import type { CacheEntry } from './entry.ts';
import { entriesToPrune, type PrunePolicy } from './policy.ts';

const HOUR = 3_600_000;
const NOW = Date.parse('2026-01-02T00:00:00Z');
const disk = { total: 1000, free: 500 };

const entry = (id: string, more: Partial<CacheEntry> = {}): CacheEntry => ({
  ...{ id, type: 'regular', description: `step ${id}`, parents: [], isMutable: false },
  ...{ inUse: false, isShared: false, size: 100, created: new Date(0), uses: 1 },
  lastUsed: new Date(NOW - HOUR),
  ...more,
});

const usedAgo = (hours: number) => ({ lastUsed: new Date(NOW - hours * HOUR) });

const pruned = (entries: CacheEntry[], policy: Partial<PrunePolicy>, space = disk) =>
  entriesToPrune(entries, { ...pruneEverything, ...policy }, space, NOW).map(({ id }) => id);

test('what a build uses stays, and without --all what images share', () => {
  const entries = [entry('a'), entry('used', { inUse: true }), entry('shared', { isShared: true })];
  expect(pruned(entries, {})).toEqual(['a', 'shared']);
  expect(pruned(entries, { all: false })).toEqual(['a']);
});

test('--filter until keeps what was used since', () => {
  const entries = [entry('new', usedAgo(1)), entry('old', usedAgo(30))];
  expect(pruned(entries, { keepDuration: 24 * HOUR })).toEqual(['old']);
});

test('a limit removes the least recently used entries first, and children before parents', () => {
  const parent = entry('parent', usedAgo(3));
  const child = entry('child', { ...usedAgo(3), parents: ['parent'] });
  const entries = [entry('new', usedAgo(1)), parent, child, entry('rare', usedAgo(5))];
  expect(pruned(entries, { maxUsedSpace: 250 })).toEqual(['rare', 'child']);
  expect(pruned(entries, { maxUsedSpace: 400 })).toEqual([]);
  expect(pruned(entries, { maxUsedSpace: 250, reservedSpace: 300 })).toEqual(['rare']);
  expect(pruned(entries, { reservedSpace: 100 })).toHaveLength(3);
});

test('a full disk takes from the cache until there is enough free space', () => {
  const entries = [entry('a', usedAgo(4)), entry('b', usedAgo(3)), entry('c', usedAgo(2))];
  expect(pruned(entries, { minFreeSpace: 600 })).toEqual(['a']);
  expect(pruned(entries, { minFreeSpace: 600, reservedSpace: 300 })).toEqual([]);
  expect(pruned(entries, { minFreeSpace: 400 })).toEqual([]);
});

test('filters choose entries by their fields', () => {
  const entries = [
    entry('abc'),
    entry('mount', { type: 'exec.cachemount', isMutable: true }),
    entry('context', { type: 'source.local', isMutable: true, inUse: false }),
  ];
  expect(pruned(entries, { filters: ['type==exec.cachemount'] })).toEqual(['mount']);
  expect(pruned(entries, { filters: ['type!=regular,id~=text'] })).toEqual(['context']);
  expect(pruned(entries, { filters: ['mutable'] })).toEqual(['mount', 'context']);
  expect(pruned(entries, { filters: ['type==regular', 'id==mount'] })).toEqual(['abc', 'mount']);
  expect(pruned(entries, { filters: [''] })).toHaveLength(3);
  expect(pruned(entries, { filters: ['color==red'] })).toEqual([]);
});

test('the default policies begin with what is quick to make again', () => {
  const large = entry('context', { type: 'source.local', size: 600e6, ...usedAgo(72) });
  const [temporary, ...others] = defaultPolicies({ total: 100e9, free: 90e9 });
  expect(
    entriesToPrune([large, entry('a', usedAgo(99))], temporary as PrunePolicy, disk, NOW),
  ).toEqual([large]);
  expect(others).toMatchObject([
    { all: false, keepDuration: 60 * 24 * HOUR, maxUsedSpace: 75e9, minFreeSpace: 20e9 },
    { all: false, keepDuration: 0, reservedSpace: 10e9 },
    { all: true, keepDuration: 0 },
  ]);
});

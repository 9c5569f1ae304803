import { expect, it, vi } from 'vitest';
import type { LogLine } from '../../electron/api/logs.ts';
import { containing, LogSearch } from './log-search.ts';
import { LogStore, MOST_LINES } from './log-store.ts';

const lines = (count: number, from = 0): LogLine[] =>
  Array.from({ length: count }, (_, index) => ({
    ...{ stream: 'stdout', at: '2026-01-02T03:04:05.678Z' },
    text: `line ${from + index}`,
  }));

it('shows unfinished lines last, and replaces them', () => {
  const store = new LogStore();
  store.add(lines(2), lines(1, 100));
  expect([store.count, store.end, store.line(2)?.plain]).toEqual([3, 2, 'line 100']);
  store.add(lines(1, 2), []);
  expect([store.count, store.line(2)?.plain]).toEqual([3, 'line 2']);
});

it('drops the oldest lines over the limit, and the others keep their numbers', () => {
  const store = new LogStore();
  store.add(lines(MOST_LINES), []);
  store.add(lines(10, MOST_LINES), []);
  expect(store.count).toBeLessThanOrEqual(MOST_LINES);
  expect(store.end).toBe(MOST_LINES + 10);
  expect(store.line(store.first)?.plain).toBe(`line ${store.first}`);
  expect(store.line(0)).toBeUndefined();
});

it('is text with and without times', () => {
  const store = new LogStore();
  store.add(lines(1), []);
  expect(store.toText({ timestamps: false })).toBe('line 0\n');
  expect(store.toText({ timestamps: true })).toBe('2026-01-02T03:04:05.678Z line 0\n');
});

it('finds a text in present and later lines, in any case and with any characters', async () => {
  const store = new LogStore();
  store.add(lines(50_000), []);
  const search = new LogSearch(store, containing('LINE 4999'), () => {});
  await vi.waitUntil(() => search.matches.length === 11);
  store.add([{ stream: 'stderr', at: '', text: 'a line 4999 (again)' }], []);
  await vi.waitUntil(() => search.matches.length === 12);
  expect(search.matches.at(-1)).toBe(50_000);
  search.close();
  const other = new LogSearch(store, containing('(again)'), () => {});
  await vi.waitUntil(() => other.matches.length === 1);
  other.close();
});

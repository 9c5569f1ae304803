import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Change } from '../contract/changes.ts';
import { limitChanges } from './limit-changes.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('a burst becomes changes of its folders, and single changes are told again after it', () => {
  const told: Change[] = [];
  const send = limitChanges((change) => told.push(change));
  const created = (path: string): Change => ({
    tag: 'home',
    path,
    kind: 'created',
    isFolder: false,
    age: 3,
  });
  for (let index = 0; index < 1_000; index++) send(created(`many/sub/${index}`));
  send(created('top'));
  expect(told).toHaveLength(100);
  vi.advanceTimersByTime(1_000);
  expect(told.slice(100)).toEqual([
    { tag: 'home', path: 'many/sub', kind: 'changed', isFolder: true, age: 0 },
    { tag: 'home', path: '', kind: 'changed', isFolder: true, age: 0 },
  ]);
  vi.advanceTimersByTime(1_000);
  send(created('later'));
  expect(told.at(-1)).toEqual(created('later'));
});

test('of a burst that goes on, only the folders are told of, until a calm second', () => {
  const told: Change[] = [];
  const send = limitChanges((change) => told.push(change));
  const second = (changes: number) => {
    told.length = 0;
    for (let index = 0; index < changes; index++) {
      send({ tag: 'home', path: `many/${index}`, kind: 'created', isFolder: false, age: 0 });
    }
    vi.advanceTimersByTime(1_000);
    return told.length;
  };
  expect([500, 500, 500, 5, 100].map(second)).toEqual([101, 1, 1, 1, 100]);
});

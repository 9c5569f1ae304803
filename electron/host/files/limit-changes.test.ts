import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Change } from '../../../guest-agent/contract/changes.ts';
import { limitChanges } from './limit-changes.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('a burst becomes changes of its folders, and single changes are told again after it', () => {
  const told: Change[] = [];
  const send = limitChanges((change) => told.push(change));
  const created = (path: string): Change => ({ tag: 'home', path, kind: 'created' });
  for (let index = 0; index < 1_000; index++) send(created(`many/sub/${index}`));
  send(created('top'));
  expect(told).toHaveLength(100);
  vi.advanceTimersByTime(1_000);
  expect(told.slice(100)).toEqual([
    { tag: 'home', path: 'many/sub', kind: 'changed' },
    { tag: 'home', path: '', kind: 'changed' },
  ]);
  send(created('later'));
  expect(told.at(-1)).toEqual(created('later'));
});

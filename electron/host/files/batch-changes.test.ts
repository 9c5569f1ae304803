import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Change } from '../../../guest-agent/contract/changes.ts';
import { batchChanges } from './batch-changes.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('one is told at once, many together, none twice, and each with its age', () => {
  const sent: Change[][] = [];
  const tell = batchChanges((changes) => sent.push(changes));
  const change = (path: string) =>
    tell({ tag: 'home', path, kind: 'created', isFolder: false, at: Date.now() - 5 });
  change('first');
  expect(sent).toMatchObject([[{ path: 'first', age: 5 }]]);
  for (let index = 0; index < 500; index++) change(`${index}`);
  expect(sent).toHaveLength(1);
  vi.advanceTimersByTime(30);
  expect(sent[1]).toHaveLength(500);
  expect(sent[1]?.[499]).toMatchObject({ path: '499', age: 35 });
  change('after the burst');
  vi.advanceTimersByTime(500);
  expect(sent).toHaveLength(2);
  vi.advanceTimersByTime(500);
  expect(sent[2]).toMatchObject([{ path: 'after the burst' }]);
  vi.advanceTimersByTime(1_000);
  change('later');
  expect(sent.slice(3)).toMatchObject([[{ path: 'later' }]]);
});

import { expect, it } from 'vitest';
import { formatIndexes, parseIndexes } from './indexes.ts';

it.each([
  [[], ''],
  [[3], '3'],
  [[2, 1], '1,2'],
  [[1, 3, 4, 5, 7], '1,3-5,7'],
])('writes %j as "%s", and reads it', (indexes, text) => {
  expect(formatIndexes(indexes)).toBe(text);
  expect([...parseIndexes(text)]).toEqual([...indexes].sort());
});

it('reads no more indexes than a Job can have', () => {
  expect(parseIndexes('7,0-2147483647').size).toBe(100_000);
});

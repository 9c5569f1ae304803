import { expect, it } from 'vitest';
import { MergedLines } from './merged-lines.ts';

const line = (text: string, second: number) => ({
  ...{ stream: 'stdout' as const, text, at: `2026-01-01T00:00:0${second}.000000000Z` },
});

it('sorts the earlier lines of all logs by time, and passes later ones at once', () => {
  const passed: string[][] = [];
  const merged = new MergedLines(2, (lines) => passed.push(lines.map(({ text }) => text)));
  merged.add(0, [line('a1', 1), line('a3', 3)], true);
  expect(passed).toEqual([]);
  merged.add(1, [line('b2', 2)], false);
  merged.add(1, [line('b4', 4)], true);
  expect(passed).toEqual([['a1', 'b2', 'a3', 'b4']]);
  merged.add(0, [line('a5', 5)], true);
  expect(passed.at(-1)).toEqual(['a5']);
});

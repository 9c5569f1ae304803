import { expect, test } from 'vitest';
import { seededRandom } from '../../store/testing/hostile-tars.ts';
import { replacePattern, trimEnd, trimStart } from './glob.ts';

test('patterns match the same text as regular expressions', () => {
  const random = seededRandom(13);
  const text = (from: string, length: number) =>
    Array.from({ length }, () => from[Math.floor(random() * from.length)]).join('');
  for (let round = 0; round < 20_000; round++) {
    const pattern = text('ab*?', 1 + Math.floor(random() * 5));
    const value = text('ab/', Math.floor(random() * 9));
    const source = (star: string) => pattern.replaceAll('?', '[^]').replaceAll('*', star);
    const [short, long] = [source('[^]*?'), source('[^]*')];
    const ends = Array.from({ length: value.length + 1 }, (_, at) => at).filter((at) =>
      new RegExp(`^${long}$`).test(value.slice(at)),
    );
    expect([pattern, value, ...each(value, pattern)]).toEqual([
      ...[pattern, value],
      value.replace(new RegExp(`^${short}`), ''),
      value.replace(new RegExp(`^${long}`), ''),
      value.slice(0, ends.at(-1)),
      value.slice(0, ends[0]),
      value.replace(new RegExp(long), '-'),
    ]);
  }
});

const matches = (value: string, pattern: string) => [
  () => trimStart(value, pattern, false),
  () => trimStart(value, pattern, true),
  () => trimEnd(value, pattern, false),
  () => trimEnd(value, pattern, true),
  () => replacePattern(value, pattern, '-', false),
];
const each = (value: string, pattern: string) => matches(value, pattern).map((match) => match());

test.each([
  ['banana', 'an', 'b--a'],
  ['banana', '*', '-'],
  ['banana', 'n?n', 'ba-a'],
  ['a😀b', '?', '---'],
])('all of %s that is %s', (value, pattern, expected) => {
  expect(replacePattern(value, pattern, '-', true)).toBe(expected);
});

test('a long value and a pattern full of stars give a result', () => {
  const value = 'a'.repeat(15_000);
  const pattern = `${'*a'.repeat(20)}*b`;
  expect(each(value, pattern)).toEqual(Array(5).fill(value));
});

test.each([
  ['stars', 'a'.repeat(32_000), `${'*a'.repeat(1000)}*b*`],
  ['a long value', 'a'.repeat(1_000_000), '*a*a*a*a*b*'],
  ['a long pattern', 'a'.repeat(50), '*a'.repeat(500_000)],
])('a match that would take too long is rejected: %s', (_, value, pattern) => {
  for (const match of matches(value, pattern)) expect(match).toThrow('too long');
});

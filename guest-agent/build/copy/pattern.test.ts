import { expect, test } from 'vitest';
import { seededRandom } from '../../store/testing/hostile-tars.ts';
import { namePattern } from './pattern.ts';

test.each([
  ['*', 'a/b', false],
  ['*.txt', 'a.txt', true],
  ['a*b*c', 'aXbYc', true],
  ['[a-c]x', 'bx', true],
  ['[^a-c]x', 'bx', false],
  ['[\\]]', ']', true],
  ['\\*', '*', true],
  ['\\*', 'a', false],
  ['?', '😀', true],
  ['[z-a]', 'm', false],
])('%s of %s: %s', (pattern, name, expected) => {
  expect(namePattern(pattern).matches(name)).toBe(expected);
});

test.each(['[a', '[]a]', 'a[', '[a-', '\\'])('%s isn’t a valid pattern', (pattern) => {
  expect(() => namePattern(pattern)).toThrow('syntax error in pattern');
});

test('patterns of few characters match as regular expressions do', () => {
  const random = seededRandom(11);
  const text = (from: string, length: number) =>
    Array.from({ length }, () => from[Math.floor(random() * from.length)]).join('');
  for (let round = 0; round < 20_000; round++) {
    const pattern = text('ab*?', 1 + Math.floor(random() * 6));
    const name = text('abc', Math.floor(random() * 8));
    const before = new RegExp(`^${pattern.replaceAll('*', '[^/]*').replaceAll('?', '[^/]')}$`);
    expect([pattern, name, namePattern(pattern).matches(name)]).toEqual([
      ...[pattern, name, before.test(name)],
    ]);
  }
});

test('a name that almost matches a pattern full of stars does not match', () => {
  expect(namePattern(`${'*a'.repeat(100)}*b`).matches('a'.repeat(255))).toBe(false);
});

test('a pattern longer than any name is rejected', () => {
  expect(() => namePattern('*a'.repeat(2049))).toThrow(
    expect.objectContaining({
      code: 'invalid',
      message: expect.stringContaining('has 4098 characters, and the limit is 4096'),
    }),
  );
});

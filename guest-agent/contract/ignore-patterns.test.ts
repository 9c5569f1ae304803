import dockerignore from '@balena/dockerignore';
import { expect, test } from 'vitest';
import { seededRandom } from '../store/testing/hostile-tars.ts';
import { onWindows } from '../testing/on-windows.ts';
import { readIgnorePatterns } from './ignore-patterns.ts';

const ignored = (patterns: string, paths: string[], windows = false) =>
  paths.filter(readIgnorePatterns(patterns, { windows }).ignores);

test.each([
  ['**.md', ['a.md', 'b/c.md', 'md'], ['a.md', 'b/c.md']],
  ['**/x', ['x', 'a/x', 'a/b/x/y', 'ax'], ['x', 'a/x', 'a/b/x/y']],
  ['a/**', ['a', 'a/b', 'a/b/c', 'ab'], ['a/b', 'a/b/c']],
  ['a/**/z', ['a/z', 'a/b/z', 'a/b/c/z', 'az', 'a/bz'], ['a/z', 'a/b/z', 'a/b/c/z']],
  ['x**y', ['xy', 'xa/y', 'xa/b/y', 'xay', 'x/xy'], ['xy', 'xa/y', 'xa/b/y']],
  ['**x**y', ['x/xy'], ['x/xy']],
  ['[a-c]?', ['az', 'a', 'dz', 'bé'], ['az', 'bé']],
  ['[^a]', ['a', 'b'], ['b']],
  ['a+(b)|{c}$', ['a+(b)|{c}$', 'aab'], ['a+(b)|{c}$']],
  ['\\*', ['*', 'a'], ['*']],
  ['?', ['a', '😀', 'ab'], ['a', '😀']],
  ['./a/../b/', ['b', 'a', 'b/c'], ['b', 'b/c']],
  ['! a', ['a'], []],
  ['*\n!a\n!b/c', ['a', 'a/x', 'b', 'b/c', 'b/d', 'z'], ['b', 'b/d', 'z']],
  [' # not a comment', ['# not a comment'], ['# not a comment']],
  ['', ['', 'a'], []],
])('%j of %j ignores %j', (patterns, paths, expected) => {
  expect(ignored(patterns, paths)).toEqual(expected);
});

test('on Windows, a backslash is a slash', () => {
  expect(ignored('a\\b\n\\c', ['a/b', 'c', 'b'], true)).toEqual(['a/b', 'c']);
});

test.each(['[', '[]', '[a', '[-a]', '[a-]', 'a\\', '[^]'])(
  '%s isn’t a valid pattern',
  (pattern) => {
    expect(() => readIgnorePatterns(pattern)).toThrow('syntax error in pattern');
  },
);

test.skipIf(onWindows('the library to compare with reads a backslash as a slash'))(
  'ordinary patterns ignore the same paths as regular expressions',
  () => {
    const random = seededRandom(7);
    const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)] as T;
    const names = ['a', 'b', 'ab', 'a.md', 'b.go', '.x', 'README.md', 'src', 'x y'];
    const parts = [
      ...names,
      '*',
      '*.md',
      'a*',
      '?',
      '[ab]',
      '[^a]b',
      '*a*',
      '**',
      'a?',
      '\\*',
      '.*',
    ];
    const path = () =>
      Array.from({ length: 1 + Math.floor(random() * 4) }, () => pick(names)).join('/');
    const pattern = () => {
      const text = Array.from({ length: 1 + Math.floor(random() * 3) }, () => pick(parts)).join(
        '/',
      );
      return `${pick(['', '', '', '!', '/'])}${text}${pick(['', '', '/'])}`;
    };
    for (let round = 0; round < 3000; round++) {
      const text = Array.from({ length: 1 + Math.floor(random() * 4) }, pattern).join('\n');
      const before = dockerignore.default({ ignorecase: false }).add(text);
      const paths = Array.from({ length: 8 }, path);
      expect([text, ignored(text, paths)]).toEqual([
        text,
        paths.filter((each) => before.ignores(each)),
      ]);
    }
  },
);

test('a pattern full of stars is matched quickly', () => {
  const stars = `${'*a'.repeat(2000)}*b`;
  expect(ignored(stars, ['a'.repeat(4000), `${'a'.repeat(4000)}b`])).toHaveLength(1);
  const deep = `${'**/a/'.repeat(200)}b`;
  expect(ignored(deep, ['a/'.repeat(2000), `${'a/'.repeat(300)}b`])).toHaveLength(1);
});

test.each(['', '!'])('after "%s", a pattern that would take too long is refused', (sign) => {
  const pattern = '**/'.repeat(300_000);
  expect(() => readIgnorePatterns(`a\n${sign}${pattern}`)).toThrow(
    'pattern "**/**/**/**/**/**/**/**/**/**/**/**/**/*…" is too long: it has 900000 characters, and the limit is 4096',
  );
});

test.each(['!', 'a\n ! \nb'])('%j has an exception of nothing', (patterns) => {
  expect(() => readIgnorePatterns(patterns)).toThrow('illegal exclusion pattern: "!"');
});

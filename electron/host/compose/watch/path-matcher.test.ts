import { join, resolve } from 'node:path';
import { expect, it } from 'vitest';
import { pathMatcher } from './path-matcher.ts';
import { TEMPORARY_FILES } from './temporary-files.ts';

const root = resolve('/work/app');

it.each([
  [['node_modules/'], 'node_modules/a/b.js', true],
  [['node_modules/'], 'src/node_modules/a.js', false],
  [['**/*.test.ts'], 'src/deep/a.test.ts', true],
  [['src', '!src/keep'], 'src/keep', false],
  [['src', '!src/keep'], 'src/other', true],
  [['*', '!src'], 'other', false],
  [[join(root, 'src')], 'src/a', true],
  [[resolve('/elsewhere/src')], 'src/a', false],
  [[], 'src/a', false],
] as const)('%j and %s: %s', (patterns, path, isMatch) => {
  expect(pathMatcher(root, patterns).matches(join(root, path))).toBe(isMatch);
});

it('matches nothing outside of its directory', () => {
  expect(pathMatcher(root, ['**']).matches(resolve('/work/apple/a'))).toBe(false);
});

it('matches a file that is watched itself by its name', () => {
  const file = join(root, '.app.swp');
  expect(pathMatcher(file, TEMPORARY_FILES).matches(file)).toBe(true);
});

it.each([...['a/.b.swp', 'b~', '4913', '.#notes', '#notes#', '.idea/x', 'x/y___jb_tmp___']])(
  '%s is a temporary file',
  (path) => {
    expect(pathMatcher(root, TEMPORARY_FILES).matches(join(root, path))).toBe(true);
  },
);

it.each(['a.swf', 'notes', 'src/idea/x'])('%s is not a temporary file', (path) => {
  expect(pathMatcher(root, TEMPORARY_FILES).matches(join(root, path))).toBe(false);
});

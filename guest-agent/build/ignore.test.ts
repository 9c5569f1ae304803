import { expect, test } from 'vitest';
import { ignorePatterns } from './ignore.ts';

test.each([
  ['# comment\n*.md', ['a.md'], ['a.txt', 'd/a.md']],
  ['*/temp*', ['somedir/temporary.txt', 'somedir/temp', 'somedir/temp/x'], ['temp', 'a/b/temp']],
  ['*/*/temp*', ['a/b/temporary.txt'], ['a/temp']],
  ['temp?', ['tempa', 'tempb/x'], ['temp', 'tempab']],
  ['**/*.go', ['a.go', 'd/e/a.go'], ['a.goo']],
  ['*.md\n!README.md', ['a.md'], ['README.md']],
  ['*.md\n!README*.md\nREADME-secret.md', ['README-secret.md', 'a.md'], ['README-x.md']],
  ['/foo/bar/', ['foo/bar', 'foo/bar/x'], ['bar', 'x/foo/bar']],
  ['*\n!src', ['a', 'b/c'], ['src', 'src/x/y']],
  ['build', ['build', 'build/x'], ['BUILD', 'src/build']],
])('%j', (patterns, ignored, sent) => {
  const ignores = ignorePatterns(patterns);
  expect(ignored.filter((path) => !ignores(path))).toEqual([]);
  expect(sent.filter(ignores)).toEqual([]);
});

test('a pattern that is too long is an error of the build', () => {
  expect(() => ignorePatterns('*/'.repeat(5000))).toThrow(
    expect.objectContaining({ code: 'invalid', message: expect.stringContaining('too long') }),
  );
});

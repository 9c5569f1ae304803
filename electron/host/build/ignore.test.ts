import { expect, test } from 'vitest';
import { contextFilter } from './ignore.ts';

const sent = (patterns: string, ...paths: string[]) => {
  const filter = contextFilter(patterns, ['Dockerfile']);
  return paths.filter(filter.isSent);
};

test('the last pattern that fits decides', () => {
  expect(sent('*.md\n!README.md\n', 'a.md', 'README.md', 'sub/a.md')).toEqual([
    'README.md',
    'sub/a.md',
  ]);
  expect(sent('!a.md\n*.md', 'a.md')).toEqual([]);
});

test('excluding a directory excludes its contents', () => {
  expect(sent('node_modules\n# comment\n/dist/', 'node_modules/a/b', 'dist/x', 'src/dist')).toEqual(
    ['src/dist'],
  );
  expect(sent('**/*.log', 'a.log', 'b/c.log', 'c.logs')).toEqual(['c.logs']);
});

test('the Dockerfile is sent whatever the patterns say', () => {
  expect(sent('*', 'Dockerfile', 'a')).toEqual(['Dockerfile']);
});

test('an excluded directory is searched only for exceptions below it', () => {
  const { mayHoldSent } = contextFilter('*\n!src/app/main.ts\n', []);
  expect(['src', 'src/app', 'node_modules', 'src/other'].filter(mayHoldSent)).toEqual([
    'src',
    'src/app',
  ]);
  expect(contextFilter('*\n!**/*.go\n', []).mayHoldSent('any')).toBe(true);
  expect(contextFilter('node_modules', []).mayHoldSent('node_modules')).toBe(false);
});

test('a pattern that is too long is refused', () => {
  expect(() => contextFilter('*/'.repeat(5000), [])).toThrow(
    expect.objectContaining({
      code: 'invalid',
      message: expect.stringMatching(/^\.dockerignore: pattern .* is too long/),
    }),
  );
});

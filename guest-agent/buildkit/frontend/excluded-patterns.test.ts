import { expect, test } from 'vitest';
import { excludedPatterns } from './excluded-patterns.ts';

test('clients get the patterns of .dockerignore without slashes at the start and spaces', () => {
  const text = '\uFEFF# secrets\n/secret.env\n ./keys/ \n\n! public\n!/docs/a.md\n**/*.log\r\n';
  expect(excludedPatterns(text)).toEqual([
    'secret.env',
    'keys',
    '!public',
    '!docs/a.md',
    '**/*.log',
  ]);
});

test('a pattern that isn’t valid is an error of the build', () => {
  expect(() => excludedPatterns('[')).toThrow('syntax error in pattern');
});

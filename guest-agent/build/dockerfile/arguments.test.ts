import { expect, test } from 'vitest';
import { commandLine, nameValues, wordList } from './arguments.ts';

test.each([
  ['["a", "b c"]', { form: 'exec', words: ['a', 'b c'] }],
  ['[]', { form: 'exec', words: [] }],
  ["['a']", { form: 'shell', line: "['a']" }],
  ['["a", 1]', { form: 'shell', line: '["a", 1]' }],
  ['echo "a"', { form: 'shell', line: 'echo "a"' }],
])('%s', (text, expected) => {
  expect(commandLine(text)).toEqual(expected);
});

test('words are a JSON list or separated by blanks', () => {
  expect(wordList('["a b", "c"]')).toEqual(['a b', 'c']);
  expect(wordList(' a  [b] ')).toEqual(['a', '[b]']);
});

test.each([
  [
    'a=b c="d e" \'f g\'=h\\ i',
    [
      ['a', 'b'],
      ['c', '"d e"'],
      ["'f g'", 'h\\ i'],
    ],
  ],
  ['a b=c  d', [['a', 'b=c  d']]],
  ['a=', [['a', '']]],
  ['a=x=y', [['a', 'x=y']]],
  [
    'a="x \\" y" b=1',
    [
      ['a', '"x \\" y"'],
      ['b', '1'],
    ],
  ],
])('ENV %s', (text, expected) => {
  expect(nameValues('ENV', text, '\\')).toEqual(expected);
});

test('ENV without a value, or with a word that isn’t a pair', () => {
  expect(() => nameValues('ENV', 'a', '\\')).toThrow('ENV must have two arguments');
  expect(() => nameValues('ENV', 'a=b c', '\\')).toThrow(
    'Syntax error - can\'t find = in "c". Must be of the form: name=value',
  );
});

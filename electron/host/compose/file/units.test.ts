import { expect, it } from 'vitest';
import { shellWords } from './shell-words.ts';
import { formatNanoseconds, parseNanoseconds, parseSize } from './units.ts';

it.each([
  ['1h', '1h0m0s'],
  ['90.5s', '1m30.5s'],
  ['1m30s', '1m30s'],
  ['500ms', '500ms'],
  ['20us', '20µs'],
  ['0', '0s'],
])('prints the duration %s as Go does', (text, expected) => {
  expect(formatNanoseconds(parseNanoseconds(text) ?? -1)).toBe(expected);
});

it('knows what is no duration', () => {
  expect(['', '5', '1x', 's'].map(parseNanoseconds)).toEqual([
    undefined,
    undefined,
    undefined,
    undefined,
  ]);
});

it.each([
  ['64m', 67_108_864],
  ['1.5gb', 1_610_612_736],
  ['512', 512],
  ['-1', -1],
  ['10 KiB', 10_240],
  ['many', undefined],
])('reads the size %s', (text, expected) => {
  expect(parseSize(text)).toBe(expected);
});

it.each([
  ['sleep 1000', ['sleep', '1000']],
  [`echo 'a b' "c \\"d\\"" e\\ f`, ['echo', 'a b', 'c "d"', 'e f']],
  ['', []],
  [`""`, ['']],
  [`a 'b`, undefined],
])('splits the command %s', (line, expected) => {
  expect(shellWords(line)).toEqual(expected);
});

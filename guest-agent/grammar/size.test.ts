import { expect, test } from 'vitest';
import { formatSize, parseSize, parseSizeOrUnlimited } from './size.ts';

test.each([
  ['64m', 64 * 1024 ** 2],
  ['1.5g', 1.5 * 1024 ** 3],
  ['512', 512],
  ['512b', 512],
  ['2K', 2048],
  ['1GiB', 1024 ** 3],
  ['10mb', 10 * 1024 ** 2],
  ['1.5gb', 1_610_612_736],
  ['10 KiB', 10_240],
  ['.5k', 512],
  ['2.', 2],
])('%s is %i bytes', (text, bytes) => {
  expect(parseSize(text)).toBe(bytes);
});

test.each(['', '-1', '1x', 'm', '1 2m', 'many', '.', '1  k', '1ib', '1bb'])(
  'refuses "%s"',
  (text) => {
    expect(() => parseSize(text)).toThrow(`"${text}" is not a valid size`);
  },
);

test('-1 means no limit for some sizes', () => {
  expect(parseSizeOrUnlimited('-1')).toBe(-1);
  expect(parseSizeOrUnlimited('2k')).toBe(2048);
  expect(() => parseSizeOrUnlimited('-2')).toThrow('not a valid size');
});

test.each([
  [0, '0'],
  [-1, '-1'],
  [1000, '1000'],
  [1024, '1k'],
  [512 * 1024 ** 2, '512m'],
  [1.5 * 1024 ** 3, '1536m'],
  [3 * 1024 ** 4, '3t'],
])('writes %i bytes as %s', (bytes, text) => {
  expect(formatSize(bytes)).toBe(text);
  expect(parseSizeOrUnlimited(text)).toBe(bytes);
});

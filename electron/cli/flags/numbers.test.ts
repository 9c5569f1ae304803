import { expect, test } from 'vitest';
import { parseBytes, parseBytesOrUnlimited } from './bytes.ts';
import { parseCpus, parseInteger } from './numbers.ts';

test.each([
  ['64m', 64 * 1024 ** 2],
  ['1.5g', 1.5 * 1024 ** 3],
  ['512', 512],
  ['512b', 512],
  ['2K', 2048],
  ['1GiB', 1024 ** 3],
  ['10mb', 10 * 1024 ** 2],
])('%s is %i bytes', (text, bytes) => {
  expect(parseBytes(text)).toBe(bytes);
});

test('refuses what is no size', () => {
  for (const text of ['', '-1', '1x', 'm', '1 2m']) expect(() => parseBytes(text)).toThrow();
  expect(parseBytesOrUnlimited('-1')).toBe(-1);
});

test('CPUs are counted in billionths', () => {
  expect(parseCpus('1.5')).toBe(1_500_000_000);
  expect(parseCpus('.25')).toBe(250_000_000);
  for (const text of ['', 'x', '-1']) expect(() => parseCpus(text)).toThrow();
});

test('whole numbers', () => {
  expect(parseInteger('-1')).toBe(-1);
  for (const text of ['', '1.5', '0x1', 'ten']) expect(() => parseInteger(text)).toThrow();
});
